import { en as texts } from '../../shared/messages/settings'

interface Words {
  label: string
  help: string
}

/** English words of a setting; null for what is none in the catalogue. */
export function wordsOf(path: string): Words | null {
  let place: unknown = texts.setting
  for (const name of path.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return null
    place = (place as Record<string, unknown>)[name]
  }
  const { label, help } = place as Partial<Words>
  return label === undefined || help === undefined ? null : { label, help }
}

/** What a setting is called in a table; empty for a free one. */
export const labelOf = (field: string): string => wordsOf(field)?.label ?? ''
