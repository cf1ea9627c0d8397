import { ResiduumError } from '../errors'

/** Control characters, ends of lines and halves of characters: a database cuts or changes a text at some of them. */
const NOT_KEPT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

/** Characters of the longest name that is kept. */
export const LONGEST_NAME = 200

/** What a user types as a name, as it is kept. Throws ResiduumError `name-empty`, `name-long` or `name-control`. */
export function typedName(text: string): string {
  const name = text.trim()
  const { length } = name
  if (length === 0) throw new ResiduumError('name-empty')
  if (length > LONGEST_NAME) throw new ResiduumError('name-long', { length, max: LONGEST_NAME })
  requireKeepable(name)
  return name
}

/**
 * Whatever keeps a name asks this first, so that a library never holds another name than was given. Marks of direction
 * are kept, since names in Arabic or Hebrew need them; `visible` shows both. Throws ResiduumError `name-control`.
 */
export function requireKeepable(name: string): void {
  const found = NOT_KEPT.exec(name)
  if (found) throw new ResiduumError('name-control', { name, character: found[0] })
}
