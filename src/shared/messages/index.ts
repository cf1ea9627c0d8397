import en from './en.json'
import faultsEn from './en/faults'
import { en as settingsEn, zh as settingsZh } from './settings'
import zh from './zh-CN.json'
import faultsZh from './zh-CN/faults'

/** The texts that all processes share, in one language. */
export type Texts = typeof en & typeof settingsEn & { fault: Record<keyof typeof faultsEn, string> }

export const texts: Record<'en' | 'zh-CN', Texts> = {
  en: { ...en, ...settingsEn, fault: faultsEn },
  'zh-CN': { ...zh, ...settingsZh, fault: faultsZh }
}
