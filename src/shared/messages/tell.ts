import { visible } from '../text/visible'
import type { Fault, Parameters } from './coded'
import type { Texts } from './index'

/** Where the texts of a code stand. */
export type Section = 'error' | 'problem' | 'fault'

/** Something that has a text in every language. A problem names the node that it is of. */
export interface Told {
  readonly code: string
  readonly parameters: Parameters
  readonly path?: string
}

/** The sentence for a code in the language of `texts`, with its node, if any, in front. */
export function tell(texts: Texts, section: Section, { code, parameters, path }: Told): string {
  const known: Readonly<Record<string, string>> = texts[section]
  const text = (known[code] ?? code).replace(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name]! : whole
    return typeof value === 'object' ? tell(texts, name === 'problem' ? name : 'fault', value) : visible(String(value))
  })
  if (!path) return text
  const reason: Fault = { code: 'quoted', parameters: { text } }
  return tell(texts, 'fault', { code: 'at', parameters: { place: path, reason } })
}

/** What stands in braces in a text is filled in. */
export const PLACEHOLDER = /\{(\w+)\}/g
