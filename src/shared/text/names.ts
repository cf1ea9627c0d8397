import { ResiduumError } from '../errors'

/** Control characters, ends of lines and halves of characters: a database cuts or changes a text at some of them. */
const NOT_KEPT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

/**
 * Whatever keeps a name asks this first, so that a library never holds another name than was given. Marks of direction
 * are kept, since names in Arabic or Hebrew need them; `visible` shows both. Throws ResiduumError `name-control`.
 */
export function requireKeepable(name: string): void {
  const found = NOT_KEPT.exec(name)
  if (found) throw new ResiduumError('name-control', { name, character: found[0] })
}
