import { createI18n } from 'vue-i18n'
import sharedEn from '../../../shared/messages/en.json'
import settingsEn from '../../../shared/messages/settings/en.json'
import settingsZh from '../../../shared/messages/settings/zh-CN.json'
import sharedZh from '../../../shared/messages/zh-CN.json'
import { visible } from '../../../shared/text/visible'
import en from './en.json'
import zh from './zh-CN.json'

export type Language = 'en' | 'zh-CN'

/** Texts of the screens together with those of errors, problems and commands that all processes share. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  // A name within a sentence turns no other word round.
  postTranslation: (text) => (typeof text === 'string' ? visible(text) : text),
  // The end-to-end tests fail on it.
  missing: (_, key) => console.error(`missing text: ${key}`),
  messages: {
    en: { ...sharedEn, ...settingsEn, ...en },
    'zh-CN': { ...sharedZh, ...settingsZh, ...zh }
  }
})

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
}

/** The language for a choice; `system` follows the browser's. */
export function resolveLanguage(choice: 'system' | Language): Language {
  if (choice !== 'system') return choice
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
