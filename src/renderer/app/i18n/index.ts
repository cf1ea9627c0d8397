import { shallowRef } from 'vue'
import { createI18n } from 'vue-i18n'
import type { NumberStyle } from '../../../shared/app/settings'
import type { Problem } from '../../../shared/architecture/problems'
import type { ErrorRecord } from '../../../shared/errors'
import { texts } from '../../../shared/messages'
import type { Fault } from '../../../shared/messages/coded'
import { tell } from '../../../shared/messages/tell'
import { visible } from '../../../shared/text/visible'
import { en, zh } from './texts'

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
    en: { ...texts.en, ...en },
    'zh-CN': { ...texts['zh-CN'], ...zh }
  }
})

/** Why something is not taken, in the language of the window; within a template it follows a change of language. */
export const faultText = (fault: Fault): string => tell(texts[i18n.global.locale.value], 'fault', fault)

/** What an error says, with what to do; likewise. */
export const errorText = (error: ErrorRecord): string => tell(texts[i18n.global.locale.value], 'error', error)

/** What is wrong with a node or a drawing, without its name, which stands beside it; likewise. */
export const problemText = ({ code, parameters }: Problem): string =>
  tell(texts[i18n.global.locale.value], 'problem', { code, parameters })

/** How figures group their digits, which belongs to the language and is chosen with it. */
export const numberStyle = shallowRef<NumberStyle>('language')

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
}

/** The language for a choice; `system` follows the browser's. */
export function resolveLanguage(choice: 'system' | Language): Language {
  if (choice !== 'system') return choice
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
