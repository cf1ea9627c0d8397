import { ResiduumError } from '../../shared/errors'
import { LONGEST_NAME } from '../../shared/text/names'
import type { Database } from './database'

/** More are not named when a name is ambiguous. */
const NAMED = 5

/**
 * The id of the run that is meant by its id, by a unique beginning of it, or by its unique name, in this order.
 * Throws ResiduumError `run-missing` or `run-ambiguous`.
 */
export function findRun(database: Database, text: string): string {
  const ids = (where: string, ...values: string[]): string[] =>
    database.all(`SELECT id FROM runs WHERE ${where} ORDER BY id`, ...values).map(({ id }) => String(id))
  for (const found of [
    ids('id = ?', text),
    text === '' ? [] : ids('substr(id, 1, length(?)) = ?', text, text),
    ids('name = ? AND deleted_at IS NULL', text)
  ]) {
    if (found.length === 1) return found[0]!
    if (found.length > 1) {
      const more = found.length > NAMED ? ', …' : ''
      throw new ResiduumError('run-ambiguous', { name: text, ids: `${found.slice(0, NAMED).join(', ')}${more}` })
    }
  }
  throw new ResiduumError('run-missing', { id: text })
}

/** Behind the name of a copy, as `freeTitle` itself writes it. */
const COPY = / ([2-9]|[1-9]\d{1,5})$/

/**
 * The name itself where it is free, else with the next free number behind, which counts on from one that it has; cut where
 * that makes it too long.
 */
export function freeTitle(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const stem = name.replace(COPY, '')
  for (let number = Number(COPY.exec(name)?.[1] ?? 1) + 1; ; number++) {
    const behind = ` ${number}`
    // Not within a character of two halves.
    const title = stem.slice(0, LONGEST_NAME - behind.length).replace(/[\ud800-\udbff]$/, '') + behind
    if (!taken.has(title)) return title
  }
}
