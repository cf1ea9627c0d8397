import { accessSync, constants, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ResiduumError } from '../../../shared/errors'
import { makeFolder } from '../../files'
import { withOwnership } from '../../run/owner'
import { Database } from '../database'
import { unwritable } from '../unwritable'

/**
 * What lists show, filter and sort by, and nothing that the folders do not hold: `files` and `signature` say which state
 * of a run a row was made of. Settings are a row each, so that no filter opens an experiment.
 */
const TABLES = `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    colour INTEGER NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    ended_at REAL,
    architecture TEXT,
    parameters REAL,
    multiply_adds REAL,
    epochs INTEGER,
    epochs_done INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    last TEXT,
    best TEXT,
    test_accuracy REAL,
    seconds REAL,
    images_per_second REAL,
    diverged INTEGER NOT NULL,
    device TEXT,
    error TEXT,
    problem TEXT,
    notes TEXT NOT NULL,
    tags TEXT NOT NULL,
    starred INTEGER NOT NULL,
    archived_at REAL,
    deleted_at REAL,
    position INTEGER NOT NULL,
    files TEXT NOT NULL,
    signature TEXT NOT NULL,
    settings_key TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX runs_by_time ON runs (created_at, id);
  CREATE TABLE settings (
    run TEXT NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    number REAL,
    PRIMARY KEY (run, field)
  ) WITHOUT ROWID;
  CREATE INDEX settings_by_field ON settings (field, number, text, run);
  CREATE TABLE tags (
    tag TEXT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (tag, run)
  ) WITHOUT ROWID;
`

/** Another one is made anew from the folders; a newer one is left alone. */
export const INDEX_VERSION = 1
/** How long a statement waits for another process at most: who waits here holds the thread. */
const BUSY_MS = 250
/** How long a writer tries again, with other work in between. */
const PATIENCE_MS = 10_000

export const indexFolder = (library: string): string => join(library, 'index')
export const indexFile = (library: string): string => join(indexFolder(library), 'index.sqlite')

/**
 * Opens or makes the index of a library. One of an older version is emptied, and one that cannot be read is deleted:
 * whoever follows the runs fills it again. Of many processes that do so at once none fails.
 * Throws ResiduumError `index-newer`, `library-unwritable`, `library-read-only`, `disk-full`, `cannot-read` or
 * `library-locked`.
 */
export async function openIndex(library: string): Promise<Database> {
  const file = indexFile(library)
  try {
    makeFolder(indexFolder(library))
    // SQLite also makes files beside it, and says nothing before it has something to write.
    accessSync(indexFolder(library), constants.W_OK | constants.X_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
  } catch (error) {
    throw unwritable(file, error)
  }
  try {
    return await patiently(() => opened(file))
  } catch (error) {
    if (!(error instanceof ResiduumError) || error.code !== 'library-damaged') throw error
    return withOwnership(indexFolder(library), async () => {
      // Another process may have made it anew.
      const whole = await patiently(() => opened(file)).catch(() => null)
      if (whole) return whole
      for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { recursive: true, force: true })
      return patiently(() => opened(file))
    })
  }
}

/** An empty index that only this process has and that takes no room on a disk. Throws nothing that a folder causes. */
export const indexInMemory = (): Database => opened(':memory:')

function opened(file: string): Database {
  const database = new Database(file, { busyMs: BUSY_MS })
  try {
    // What is lost in a power cut is read again from the folders.
    database.execute('PRAGMA synchronous = NORMAL')
    const [found] = Object.values(database.first('PRAGMA quick_check(1)') ?? {})
    if (found !== 'ok') throw new ResiduumError('library-damaged', { file, message: String(found) })
    if (versionOf(database) !== INDEX_VERSION) database.transaction(() => renew(database, file))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const versionOf = (database: Database): number => Number(database.first('PRAGMA user_version')!.user_version)

/** Within a transaction, so that of two processes the second finds it done. */
function renew(database: Database, file: string): void {
  const version = versionOf(database)
  if (version === INDEX_VERSION) return
  if (version > INDEX_VERSION) throw new ResiduumError('index-newer', { file, version })
  for (const { name } of database.all("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    database.execute(`DROP TABLE "${String(name).replaceAll('"', '""')}"`)
  }
  database.execute(TABLES)
  database.execute(`PRAGMA user_version = ${INDEX_VERSION}`)
}

/** Does something with the index again while another process holds it. Throws ResiduumError `library-locked` in the end. */
export async function patiently<T>(body: () => T): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return body()
    } catch (error) {
      if (!(error instanceof ResiduumError) || error.code !== 'library-locked' || performance.now() > end) throw error
    }
    // Not at the same time as the others that wait.
    await new Promise((resolve) => setTimeout(resolve, 5 + (process.pid % 20)))
  }
}
