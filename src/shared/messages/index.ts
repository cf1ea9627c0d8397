import en from './en.json'
import errorsEn from './en/errors'
import faultsEn from './en/faults'
import problemsEn from './en/problems'
import { en as settingsEn, zh as settingsZh } from './settings'
import zh from './zh-CN.json'
import errorsZh from './zh-CN/errors'
import faultsZh from './zh-CN/faults'
import problemsZh from './zh-CN/problems'

/** The texts that all processes share, in one language. */
export type Texts = typeof en &
  typeof settingsEn & {
    error: Record<keyof typeof errorsEn, string>
    problem: Record<keyof typeof problemsEn, string>
    fault: Record<keyof typeof faultsEn, string>
  }

export const texts: Record<'en' | 'zh-CN', Texts> = {
  en: { ...en, ...settingsEn, error: errorsEn, problem: problemsEn, fault: faultsEn },
  'zh-CN': { ...zh, ...settingsZh, error: errorsZh, problem: problemsZh, fault: faultsZh }
}
