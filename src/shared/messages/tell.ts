import { visible } from '../text/visible'
import type { Fault, Parameters } from './coded'
import type { Texts } from './index'

/** Something that has a text in every language. A problem names the node that it is of. */
export interface Told {
  readonly code: string
  readonly parameters: Parameters
  readonly path?: string
}

/** The sentence for a code in the language of `texts`, with its node, if any, in front. */
export function tell(texts: Texts, section: 'error' | 'problem' | 'fault', { code, parameters, path }: Told): string {
  const known: Readonly<Record<string, string>> = texts[section]
  const parts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'object' ? tell(texts, name === 'problem' ? name : 'fault', value) : value
  ])
  const text = formatMessage(known[code] ?? code, Object.fromEntries(parts) as Record<string, string | number>)
  if (!path) return text
  const reason: Fault = { code: 'quoted', parameters: { text } }
  return tell(texts, 'fault', { code: 'at', parameters: { place: path, reason } })
}

/**
 * Fills `{name}` placeholders, as vue-i18n does. What nobody sees in a user's names is written out: it would move a
 * terminal's cursor or turn the sentence round.
 */
export const formatMessage = (template: string, parameters: Readonly<Record<string, string | number>>): string =>
  template.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? visible(String(parameters[name])) : whole
  )

const PLACEHOLDER = /\{(\w+)\}/g

/** The names of a text's placeholders. */
export const placeholdersOf = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name!)
