import { constants } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openArchitecture } from '../../../shared/architecture/document'
import { ResiduumError } from '../../../shared/errors'
import { makeFolder, syncFolder, writeError } from '../../files'
import { withOwnership } from '../../run/owner'
import { ArchitectureShelf } from '../architectures'
import { Database } from '../database'
import { indexFolder } from '../index/schema'
import { formerArchitectures, formerRun, formerRuns } from './reading'
import { LIBRARY_VERSION, libraryVersion, migrate } from './versions'
import { writeFormerRun } from './writing'

/** Another process that brings the library up is waited for: it has much to write. */
const WAIT_MS = 30 * 60_000
/** A run whose process has not written for so long was taken as dead even if its number lived on. */
const STALE_MS = 5 * 60_000

/**
 * Brings a library that was one SQLite file (versions 1 to 3) to folders: the file is copied to
 * `library.sqlite.backup-N` first, each run and architecture is written as a folder, and in the end the file is called
 * `library.sqlite.migrated-N`. Interrupted, it goes on with the next call. Does nothing where there is no such file.
 * Throws ResiduumError `library-damaged`, `library-irregular`, `library-empty`, `library-newer`, `library-in-use` while an older program trains
 * one of its runs, `library-locked`, `cannot-read`, `disk-full` or `cannot-write`; the file is then as it was.
 */
export async function migrateFormer(library: string, progress: (done: number, total: number) => void): Promise<void> {
  const file = formerFile(library)
  if (!(await isThere(file))) return
  makeFolder(indexFolder(library))
  await withOwnership(
    indexFolder(library),
    async () => {
      // Another process may have been faster.
      if (await isThere(file)) await migrateFile(library, file, progress)
    },
    WAIT_MS
  )
}

/** Where a library that was one SQLite file has it. */
const formerFile = (library: string): string => join(library, 'library.sqlite')

/** Whether a library is yet to be brought to folders. Throws ResiduumError as `migrateFormer` for what is no library. */
export const isFormer = (library: string): Promise<boolean> => isThere(formerFile(library))

/** Throws for what is no library. */
async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new ResiduumError('cannot-read', { file, message: error.message }, { cause: error })
  })
  if (!found) return false
  if (!found.isFile()) throw new ResiduumError('library-irregular', { file })
  if (found.size === 0) throw new ResiduumError('library-empty', { file })
  return true
}

async function migrateFile(
  library: string,
  file: string,
  progress: (done: number, total: number) => void
): Promise<void> {
  const handle = await open(file, constants.O_RDONLY).catch((error: unknown) => {
    throw new ResiduumError('cannot-read', { file, message: (error as Error).message }, { cause: error })
  })
  await handle.close()
  const database = new Database(file)
  let version: number
  try {
    version = libraryVersion(database)
    if (version > LIBRARY_VERSION) throw new ResiduumError('library-newer', { file, version })
    await backUp(database, `${file}.backup-${version}`)
    migrate(database)
    refuseLiving(database, file)
    const runs = formerRuns(database)
    const architectures = formerArchitectures(database)
    const total = runs.length + architectures.length
    let done = 0
    progress(done, total)
    for (const [index, { id }] of runs.entries()) {
      await writeFormerRun(library, database, id, index + 1)
      progress(++done, total)
    }
    const shelf = new ArchitectureShelf(library)
    for (const { id, name, createdAt, updatedAt, deletedAt, draft, versions } of architectures) {
      // Written again where an earlier try had done it: nobody can have changed it since.
      await shelf.put(id, {
        about: { name, createdAt, updatedAt, deletedAt },
        versions: versions.map(({ document, ...rest }) => ({
          ...rest,
          architecture: openArchitecture(document, name)
        })),
        draft: draft === null ? null : openArchitecture(draft, name)
      })
      progress(++done, total)
    }
    database.all('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  await rename(file, `${file}.migrated-${version}`).catch((error: unknown) => {
    throw writeError(file, error)
  })
  for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true })
  await syncFolder(library)
}

/** A whole copy, made once: what an earlier try has copied was the same. */
async function backUp(database: Database, file: string): Promise<void> {
  if (await isThere(file).catch(() => false)) return
  const draft = `${file}.new`
  await rm(draft, { force: true })
  database.run('VACUUM INTO ?', draft)
  const handle = await open(draft, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}

/** An older program goes on writing to the file, and what it writes would be lost. */
function refuseLiving(database: Database, file: string): void {
  const living = "SELECT id FROM runs WHERE status IN ('running', 'paused')"
  for (const { id } of database.all(living)) {
    const { owner, beatAt } = formerRun(database, String(id))
    if (owner === null || Date.now() - beatAt > STALE_MS || !isAlive(owner)) continue
    throw new ResiduumError('library-in-use', { file, id: String(id), pid: owner })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
