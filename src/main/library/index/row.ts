import type { RunStatus, RunSummary } from '../../../shared/run/schema'
import type { Database, Row } from '../database'
import type { Setting } from './settings'

/** A run as the index keeps it. */
export interface IndexedRun {
  summary: RunSummary
  /** Of one forward pass of one picture; null where it is not known. */
  multiplyAdds: number | null
  /** Mean of the epochs; null before the first. */
  imagesPerSecond: number | null
  /** Milliseconds since 1970; the summary says only whether. */
  archivedAt: number | null
  deletedAt: number | null
  /** Bytes of the journal that were read. */
  position: number
  /** The state of its files that all this was read of. */
  files: string
  /** Likewise with what its files do not tell: differs between any two states of a row. */
  signature: string
  /** Changes with the settings and only with them. */
  settingsKey: string
  settings: Setting[]
}

const COLUMNS = [
  'id',
  'number',
  'colour',
  'name',
  'status',
  'created_at',
  'ended_at',
  'architecture',
  'parameters',
  'multiply_adds',
  'epochs',
  'epochs_done',
  'steps',
  'last',
  'best',
  'test_accuracy',
  'seconds',
  'images_per_second',
  'diverged',
  'device',
  'error',
  'problem',
  'notes',
  'tags',
  'starred',
  'archived_at',
  'deleted_at',
  'position',
  'files',
  'signature',
  'settings_key'
]
const REPLACE = `INSERT OR REPLACE INTO runs (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`

/** Writes a run over what the index had of it. To be called in a transaction. */
export function writeRun(database: Database, run: IndexedRun): void {
  const { summary } = run
  const { id, tags } = summary
  const before = database.first('SELECT settings_key, tags FROM runs WHERE id = ?', id)
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
  database.run(
    REPLACE,
    id,
    summary.number,
    summary.colour,
    summary.name,
    summary.status,
    summary.createdAt,
    summary.finishedAt,
    summary.architecture,
    summary.parameters,
    run.multiplyAdds,
    summary.epochs,
    summary.epochsDone,
    summary.steps,
    json(summary.last),
    json(summary.best),
    summary.best?.testAccuracy ?? null,
    summary.last?.seconds ?? null,
    run.imagesPerSecond,
    Number(summary.diverged),
    json(summary.device),
    json(summary.error),
    json(summary.problem),
    summary.notes,
    JSON.stringify(tags),
    Number(summary.starred),
    run.archivedAt,
    run.deletedAt,
    run.position,
    run.files,
    run.signature,
    run.settingsKey
  )
  if (before?.settings_key !== run.settingsKey) {
    database.run('DELETE FROM settings WHERE run = ?', id)
    // One statement for all: each costs as much as its rows.
    database.run(
      `INSERT OR REPLACE INTO settings (run, field, text, number)
       SELECT ?, json_extract(value, '$.field'), json_extract(value, '$.text'), json_extract(value, '$.number')
       FROM json_each(?)`,
      id,
      JSON.stringify(run.settings)
    )
  }
  if ((before?.tags ?? '[]') !== JSON.stringify(tags)) {
    database.run('DELETE FROM tags WHERE run = ?', id)
    database.run('INSERT OR IGNORE INTO tags (tag, run) SELECT value, ? FROM json_each(?)', id, JSON.stringify(tags))
  }
}

/** Forgets a run whose folder is gone. To be called in a transaction. */
export function removeRun(database: Database, id: string): void {
  database.run('DELETE FROM runs WHERE id = ?', id)
  database.run('DELETE FROM settings WHERE run = ?', id)
  database.run('DELETE FROM tags WHERE run = ?', id)
}

/** What a list shows of a row. What it holds was checked before it was written. */
export const toSummary = (row: Row): RunSummary => ({
  id: String(row.id),
  number: Number(row.number),
  colour: Number(row.colour),
  name: String(row.name),
  status: row.status as RunStatus,
  createdAt: Number(row.created_at),
  finishedAt: numberOf(row.ended_at),
  architecture: row.architecture === null ? null : String(row.architecture),
  parameters: numberOf(row.parameters),
  epochs: numberOf(row.epochs),
  epochsDone: Number(row.epochs_done),
  steps: Number(row.steps),
  last: jsonOf<RunSummary['last']>(row.last),
  best: jsonOf<RunSummary['best']>(row.best),
  diverged: row.diverged === 1,
  device: jsonOf<RunSummary['device']>(row.device),
  error: jsonOf<RunSummary['error']>(row.error),
  problem: jsonOf<RunSummary['problem']>(row.problem),
  notes: String(row.notes),
  tags: JSON.parse(String(row.tags)) as string[],
  starred: row.starred === 1,
  archived: row.archived_at !== null,
  deleted: row.deleted_at !== null
})

const numberOf = (value: Row[string] | undefined): number | null => (typeof value === 'number' ? value : null)

const jsonOf = <T>(value: Row[string] | undefined): T | null =>
  typeof value === 'string' ? (JSON.parse(value) as T) : null
