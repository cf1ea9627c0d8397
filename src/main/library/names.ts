import { ResiduumError } from '../../shared/errors'
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
