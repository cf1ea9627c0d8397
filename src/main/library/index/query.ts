import { ResiduumError } from '../../../shared/errors'
import {
  runQuerySchema,
  runSortKeys,
  type RunCondition,
  type RunQueryInput,
  type RunSortKey
} from '../../../shared/run/query'
import type { RunSummary } from '../../../shared/run/schema'
import type { RunSpeed } from '../../../shared/run/speed'
import type { Database, SqlValue } from '../database'
import { toSummary } from './row'

const COLUMN: Record<RunSortKey, string> = {
  createdAt: 'created_at',
  number: 'number',
  name: 'name COLLATE NOCASE',
  status: 'status',
  testAccuracy: 'test_accuracy',
  epochsDone: 'epochs_done',
  parameters: 'parameters',
  seconds: 'seconds'
}
const SHELF = {
  current: 'archived_at IS NULL AND deleted_at IS NULL',
  archived: 'archived_at IS NOT NULL AND deleted_at IS NULL',
  deleted: 'deleted_at IS NOT NULL'
}

interface Clause {
  sql: string
  values: SqlValue[]
}

/** A page of the runs, found and sorted in SQL, and how many there are in all. Runs without a value come last. */
export function listRuns(database: Database, input: RunQueryInput): { runs: RunSummary[]; total: number } {
  const query = runQuerySchema.parse(input)
  const clauses: Clause[] = [{ sql: SHELF[query.shelf], values: [] }]
  if (query.text !== '') clauses.push(containing('name', query.text))
  if (query.status) {
    clauses.push({ sql: `status IN (${query.status.map(() => '?').join(', ')})`, values: [...query.status] })
  }
  if (query.evaluated) clauses.push({ sql: 'epochs_done > 0', values: [] })
  clauses.push(...query.conditions.map(fulfilling))
  const where = clauses.map(({ sql }) => `(${sql})`).join(' AND ')
  const values = clauses.flatMap((clause) => clause.values)
  const column = COLUMN[query.sort.by]
  const direction = query.sort.descending ? 'DESC' : 'ASC'
  const rows = database.all(
    `SELECT * FROM runs WHERE ${where} ORDER BY ${column} ${direction} NULLS LAST, created_at DESC, id DESC
     LIMIT ? OFFSET ?`,
    ...values,
    query.limit,
    query.offset
  )
  const { total } = database.first(`SELECT count(*) AS total FROM runs WHERE ${where}`, ...values)!
  return { runs: rows.map(toSummary), total: Number(total) }
}

/** Every run that is not in the trash, the newest first. */
export const allRuns = (database: Database): RunSummary[] =>
  database.all('SELECT * FROM runs WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC').map(toSummary)

/** Runs of more than `steps` that nobody trains now. */
export const longRuns = (database: Database, steps: number): string[] =>
  database
    .all("SELECT id FROM runs WHERE steps > ? AND status NOT IN ('running', 'paused') ORDER BY id", steps)
    .map(({ id }) => String(id))

/** Throws ResiduumError `run-missing`. */
export function runOf(database: Database, id: string): RunSummary {
  const row = database.first('SELECT * FROM runs WHERE id = ?', id)
  if (!row) throw new ResiduumError('run-missing', { id })
  return toSummary(row)
}

/** How fast a device of this name trained lately, the newest run first. */
export const speedsOf = (database: Database, device: string): RunSpeed[] =>
  database
    .all(
      `SELECT multiply_adds AS multiplyAdds, images_per_second AS imagesPerSecond, json_extract(device, '$.precision') AS precision
       FROM runs WHERE multiply_adds > 0 AND images_per_second > 0 AND json_extract(device, '$.name') = ?
       ORDER BY created_at DESC LIMIT 50`,
      device
    )
    .map((row) => ({
      multiplyAdds: Number(row.multiplyAdds),
      imagesPerSecond: Number(row.imagesPerSecond),
      precision: row.precision === 'mixed' ? 'mixed' : 'float32'
    }))

function fulfilling({ field, operator, value }: RunCondition): Clause {
  const column = runSortKeys.find((key) => key === field)
  if (column) {
    const sql = COLUMN[column]
    if (operator === 'contains') return containing(sql, String(value))
    if (operator === '!=') return { sql: `${sql} IS NOT ?`, values: [value] }
    return { sql: `${sql} ${operator} ?`, values: [value] }
  }
  const compared = ({ sql, values }: Clause, none = ''): Clause => ({
    sql: `${none} EXISTS (SELECT 1 FROM settings WHERE run = runs.id AND field = ? AND ${sql})`,
    values: [field, ...values]
  })
  const side = typeof value === 'number' ? 'number' : 'text COLLATE NOCASE'
  if (operator === 'contains') return compared(containing('text', String(value)))
  if (operator === '!=') return compared({ sql: `${side} = ?`, values: [value] }, 'NOT')
  return compared({ sql: `${side} ${operator} ?`, values: [value] })
}

/** LIKE knows no case of ASCII letters; what it takes for wildcards is marked. */
const containing = (column: string, text: string): Clause => ({
  sql: `${column} LIKE ? ESCAPE '\\'`,
  values: [`%${text.replace(/[\\%_]/g, '\\$&')}%`]
})
