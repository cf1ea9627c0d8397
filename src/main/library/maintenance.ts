import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ErrorRecord } from '../../shared/errorRecord'
import { listRunIds, readUser, runFolder, runsFolder } from '../run/folder'
import { ownerOf } from '../run/owner'
import type { Database } from './database'
import { readRun } from './index/reading'
import { toSummary } from './index/row'
import { indexFile, indexFolder, patiently } from './index/schema'
import type { SeriesStore } from './series/store'
import { isLongInTrash } from './trash'

/** What is wrong with a library. */
export interface CheckReport {
  runs: number
  /** Runs that cannot be read whole, and why. */
  problems: { id: string; problem: ErrorRecord }[]
  /** Runs of which the index says something else than their folders, or nothing. */
  stale: string[]
  /** What SQLite finds wrong with the index. */
  index: string[]
}

export interface CompactReport {
  /** Runs and architectures that were in the trash for 30 days and are gone now. */
  runs: number
  architectures: number
  /** Long runs whose curves were prepared. */
  curves: number
  /** Of the index's file. */
  bytes: { before: number; after: number }
}

type ProgressListener = (done: number, total: number) => void

export async function checkLibrary(
  library: string,
  database: Database,
  progress: ProgressListener = () => undefined
): Promise<CheckReport> {
  const ids = await listRunIds(library)
  const rows = new Map(database.all('SELECT * FROM runs').map((row) => [String(row.id), row]))
  const report: CheckReport = { runs: 0, problems: [], stale: [], index: [] }
  for (const [done, id] of ids.entries()) {
    const found = await readRun(library, id, null)
    const row = rows.get(id)
    rows.delete(id)
    if (found) {
      const { summary } = found.run
      report.runs += 1
      if (summary.problem) report.problems.push({ id, problem: summary.problem })
      if (!row || JSON.stringify(toSummary(row)) !== JSON.stringify(summary)) report.stale.push(id)
    } else if (row) report.stale.push(id)
    progress(done + 1, ids.length)
    await setImmediate()
  }
  report.stale.push(...rows.keys())
  report.index = database
    .all('PRAGMA integrity_check')
    .map((row) => String(row.integrity_check))
    .filter((line) => line !== 'ok')
  return report
}

export async function compactLibrary(
  library: string,
  database: Database,
  store: SeriesStore,
  progress: ProgressListener = () => undefined
): Promise<Pick<CompactReport, 'curves' | 'bytes'>> {
  const before = await sizeOf(indexFile(library))
  const ids = await listRunIds(library)
  let curves = 0
  for (const [done, id] of ids.entries()) {
    if (await store.prepare(id).catch(() => false)) curves += 1
    store.forget(id)
    progress(done + 1, ids.length)
  }
  const there = new Set(ids.map((id) => `${id}.f32`))
  const levels = join(indexFolder(library), 'levels')
  for (const name of await readdir(levels).catch(() => [])) {
    if (!there.has(name)) await rm(join(levels, name), { force: true })
  }
  await patiently(() => database.execute('VACUUM'))
  await patiently(() => database.all('PRAGMA wal_checkpoint(TRUNCATE)'))
  return { curves, bytes: { before, after: await sizeOf(indexFile(library)) } }
}

/** Removes runs that have been in the trash for 30 days; gives how many. */
export async function purgeRuns(library: string): Promise<number> {
  let count = 0
  for (const id of await listRunIds(library)) {
    const folder = runFolder(library, id)
    const { deletedAt } = await readUser(folder).catch(() => ({ deletedAt: null }))
    if (!isLongInTrash(deletedAt)) continue
    if (await ownerOf(folder)) continue
    // Under a name that no list takes for a run, should it end half-way.
    const removed = join(runsFolder(library), `.removed-${id}`)
    await rename(folder, removed)
    await rm(removed, { recursive: true, force: true })
    count += 1
  }
  for (const name of await readdir(runsFolder(library)).catch(() => [])) {
    if (name.startsWith('.removed-')) await rm(join(runsFolder(library), name), { recursive: true, force: true })
  }
  return count
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0
  )
