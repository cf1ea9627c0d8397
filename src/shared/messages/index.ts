import en from './en.json'
import faultsEn from './en/faults'
import zh from './zh-CN.json'
import faultsZh from './zh-CN/faults'

/** The texts that all processes share, in one language. */
export type Texts = typeof en & { fault: Record<keyof typeof faultsEn, string> }

export const texts: Record<'en' | 'zh-CN', Texts> = {
  en: { ...en, fault: faultsEn },
  'zh-CN': { ...zh, fault: faultsZh }
}
