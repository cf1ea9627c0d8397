import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  type Stats
} from 'node:fs'
import { join } from 'node:path'
import { ResiduumError } from '../../shared/errors'
import { makeFolder, writeError } from '../files'
import { Database } from './database'
import { LIBRARY_VERSION, libraryVersion, migrate } from './migrations'

/**
 * Opens or makes the library's database in `folder`, in this program's version. A file that is there but empty, and
 * one that is gone from a folder with runs, are not taken for a library that was never made.
 * Throws ResiduumError `library-unwritable`, `library-read-only`, `disk-full`, `cannot-read`, `library-locked`,
 * `library-empty`, `library-gone`, `library-damaged` or `library-newer`; nothing is changed then.
 */
export function openDatabase(folder: string): Database {
  const file = join(folder, 'library.sqlite')
  try {
    makeFolder(folder)
  } catch (error) {
    throw refusal(folder, error)
  }
  const found = look(file)
  if (found) checkFile(file, found)
  checkWritable(file, folder)
  if (!found) create(file, folder)
  const database = new Database(file)
  try {
    const version = libraryVersion(database)
    if (version > LIBRARY_VERSION) throw new ResiduumError('library-newer', { file, version })
    migrate(database)
    makeRuns(folder)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** What stands under the name, null for nothing. Throws ResiduumError `library-damaged` for a link that leads nowhere. */
function look(file: string): Stats | null {
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found || !lstatSync(file, { throwIfNoEntry: false })) return found ?? null
  } catch (error) {
    throw new ResiduumError('library-damaged', { file, message: (error as Error).message }, { cause: error })
  }
  throw new ResiduumError('library-damaged', { file, message: 'it is a link to nothing' })
}

/** A folder of runs that can't be had is noticed before a run is trained for it. */
function makeRuns(folder: string): void {
  const runs = join(folder, 'runs')
  try {
    makeFolder(runs)
  } catch (error) {
    throw refusal(runs, error)
  }
}

function checkFile(file: string, found: Stats): void {
  if (!found.isFile()) throw new ResiduumError('library-damaged', { file, message: 'it is not a file' })
  if (found.size === 0) throw new ResiduumError('library-empty', { file })
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new ResiduumError('cannot-read', { file, message: (error as Error).message }, { cause: error })
  }
}

/** SQLite also makes files beside the database, so the folder counts too. */
function checkWritable(file: string, folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
  } catch (error) {
    throw refusal(file, error)
  }
}

/** What it means that `file` or its folder cannot be written. */
function refusal(file: string, error: unknown): ResiduumError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EROFS') return new ResiduumError('library-read-only', { file }, { cause: error })
  const meaning = writeError(file, error)
  return meaning.code === 'disk-full'
    ? meaning
    : new ResiduumError('library-unwritable', { file, message }, { cause: error })
}

/**
 * Makes the library under another name and gives it its own only when it is whole: two first starts at once never meet
 * in a half-made one, and a file that is there was made.
 */
function create(file: string, folder: string): void {
  const remains = remainsIn(folder)
  if (remains !== null && !existsSync(file)) throw new ResiduumError('library-gone', { file, remains })
  const draft = `${file}.new-${process.pid}`
  rmSync(draft, { force: true })
  try {
    // Made in memory, since SQLite goes on holding a file that it had open for as long as a statement lives.
    const database = new Database(':memory:', file)
    try {
      migrate(database)
      database.run('VACUUM INTO ?', draft)
    } finally {
      database.close()
    }
    sync(draft)
    putInPlace(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

function sync(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** What shows that a library was in this folder, or null. */
function remainsIn(folder: string): string | null {
  const runs = join(folder, 'runs')
  if (statSync(runs, { throwIfNoEntry: false })?.isDirectory() && readdirSync(runs).length > 0) return runs
  const log = join(folder, 'library.sqlite-wal')
  return existsSync(log) ? log : null
}

/** A link, unlike a rename, replaces nothing: of two that come at once the first stays. */
function putInPlace(draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    // Some file systems know no links.
    if (!existsSync(file)) renameSync(draft, file)
  }
}
