import { stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { LibraryChange } from '../../../shared/run/change'
import type { RunSummary } from '../../../shared/run/schema'
import { listRunIds, runsFolder } from '../../run/folder'
import type { Database } from '../database'
import { readRun, signatureOf, type Read } from './reading'
import { removeRun, toSummary, writeRun } from './row'
import { patiently } from './schema'

const LOOK_MS = 400
/** A run that changed is looked at each time for so long: whoever writes it may not hold it as its owner. */
const WARM_MS = 10 * 60_000
/** Of the others so many are looked at each time, in turn. */
const COLD_AT_ONCE = 100
/** Runs that are written to the index at a time. */
const BATCH = 20

type Found = Awaited<ReturnType<typeof readRun>>

/** What this process knows of a run. */
interface Known {
  /** The state of its files that was read. */
  files: string
  summary: RunSummary
  /** When this process saw it change, by `performance.now`. */
  changedAt: number
  /** Only of runs that may go on, so that their journals are read on and not anew. */
  read: Read | null
}

/**
 * Keeps the index up with the folders: it looks at them now and then and at once when it gets a hint. Many processes may
 * do so on one index, each writes what it has read; nothing is ever held for longer than one run takes.
 */
export class Follower {
  private readonly known = new Map<string, Known>()
  private readonly listeners = new Set<(change: LibraryChange) => void>()
  private timer: ReturnType<typeof setTimeout> | null = null
  /** Runs for which this process has a trainer, whether or not it owns them yet. */
  private readonly expected = new Set<string>()
  private work: Promise<unknown> = Promise.resolve()
  private runsAt: number | null = null
  private coldFrom = 0
  /** Folders that hold no run yet: whoever made one may still be about to write into it, which `runs` does not tell. */
  private empty: string[] = []
  private isClosed = false

  constructor(
    private readonly library: string,
    private readonly database: Database
  ) {
    for (const row of database.all('SELECT * FROM runs')) {
      this.known.set(String(row.id), {
        files: String(row.files),
        summary: toSummary(row),
        changedAt: -Infinity,
        read: null
      })
    }
  }

  /** Gives a function that ends it. */
  subscribe(listener: (change: LibraryChange) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** From now on looks by itself, at everything first. */
  start(): void {
    const look = async (all: boolean): Promise<void> => {
      // Whatever fails is tried again with the next look.
      await (all ? this.refresh() : this.inTurn(() => this.look())).catch(() => undefined)
      if (this.isClosed) return
      this.timer = setTimeout(() => void look(false), LOOK_MS)
      this.timer.unref?.()
    }
    void look(true)
  }

  async stop(): Promise<void> {
    this.isClosed = true
    if (this.timer) clearTimeout(this.timer)
    await this.work.catch(() => undefined)
  }

  /** Says that a trainer of this process is to own the run, or that it is gone. */
  expect(id: string, isExpected: boolean): Promise<void> {
    if (isExpected) this.expected.add(id)
    else this.expected.delete(id)
    return this.hint(id)
  }

  /** Looks at one run at once, since something is known to have happened to it. */
  hint(id: string): Promise<void> {
    return this.inTurn(async () => {
      for (let left = [id]; left.length > 0 && !this.isClosed;) left = await this.write(left, false)
    })
  }

  /** Brings the whole index up to date, reading only what changed; `anew` reads everything. */
  refresh(anew = false, progress?: (done: number, total: number) => void): Promise<void> {
    return this.inTurn(() => this.lookAtAll(anew, progress))
  }

  private async lookAtAll(anew: boolean, progress: (done: number, total: number) => void = () => undefined) {
    const ids = await this.listed()
    progress(0, ids.length)
    for (let start = 0; start < ids.length && !this.isClosed; start += BATCH) {
      await this.update(ids.slice(start, start + BATCH), anew)
      progress(Math.min(start + BATCH, ids.length), ids.length)
    }
    const there = new Set(ids)
    const strays = this.database.all('SELECT id FROM runs').map(({ id }) => String(id))
    await this.update(
      [...new Set([...this.known.keys(), ...strays])].filter((id) => !there.has(id)),
      anew
    )
    this.empty = ids.filter((id) => !this.known.has(id))
  }

  /** What changed since: all where runs came or went or were announced; else those that go on, and some of the others. */
  private async look(): Promise<void> {
    if ((await this.runsChangedAt()) !== this.runsAt) return this.lookAtAll(false)
    const warm: string[] = []
    const cold: string[] = []
    const now = performance.now()
    for (const [id, { summary, changedAt }] of this.known) {
      if (isLive(summary) || now - changedAt < WARM_MS) warm.push(id)
      else cold.push(id)
    }
    if (this.coldFrom >= cold.length) this.coldFrom = 0
    const some = cold.slice(this.coldFrom, this.coldFrom + COLD_AT_ONCE)
    this.coldFrom += COLD_AT_ONCE
    await this.update([...warm, ...some, ...(await this.filled())], false)
  }

  /** Those of the empty folders that hold a run by now. */
  private async filled(): Promise<string[]> {
    const waiting = this.empty.filter((id) => !this.known.has(id))
    const signatures = await Promise.all(waiting.map((id) => signatureOf(this.library, id)))
    return waiting.filter((_, index) => signatures[index] !== null)
  }

  private async listed(): Promise<string[]> {
    const at = await this.runsChangedAt()
    const ids = await listRunIds(this.library)
    this.runsAt = at
    return ids
  }

  private runsChangedAt(): Promise<number | null> {
    return stat(runsFolder(this.library)).then(
      ({ mtimeMs }) => mtimeMs,
      () => null
    )
  }

  /** Reads those of the runs whose files differ from what is known, writes them to the index and tells of it. */
  private async update(ids: readonly string[], anew: boolean): Promise<void> {
    const signatures = await Promise.all(ids.map((id) => signatureOf(this.library, id)))
    const due = ids.filter((id, index) => {
      const known = this.known.get(id)
      // A run that goes on may also have lost its owner, which its files do not show.
      return anew || !known || isLive(known.summary) || known.files !== signatures[index]
    })
    let left: readonly string[] = due
    while (left.length > 0 && !this.isClosed) left = await this.write(left, anew)
  }

  /** Gives those that another process wrote meanwhile, perhaps with less than was read here, or with more. */
  private async write(ids: readonly string[], anew: boolean): Promise<string[]> {
    const read: { id: string; seen: string | null; found: Found }[] = []
    for (const id of ids) {
      if (this.isClosed) return []
      const seen = this.signatureInIndex(id)
      const before = anew ? null : (this.known.get(id)?.read ?? null)
      read.push({ id, seen, found: await readRun(this.library, id, before, this.expected.has(id)) })
      await setImmediate()
    }
    const again: string[] = []
    const changed = read.filter(({ id, found, seen }) => anew || seen === null || this.differs(id, found))
    if (changed.length > 0)
      await patiently(() => {
        again.length = 0
        this.database.transaction(() => {
          for (const { id, seen, found } of changed) {
            if (this.signatureInIndex(id) !== seen) again.push(id)
            else if (found) writeRun(this.database, found.run)
            else removeRun(this.database, id)
          }
        })
      })
    for (const { id, found } of read) if (!again.includes(id)) this.learn(id, found)
    return again
  }

  private signatureInIndex(id: string): string | null {
    const row = this.database.first('SELECT signature FROM runs WHERE id = ?', id)
    return row && String(row.signature)
  }

  private differs(id: string, found: Found): boolean {
    const known = this.known.get(id)
    return !known || !found || known.files !== found.files || !isEqual(known.summary, found.run.summary)
  }

  private learn(id: string, found: Found): void {
    const known = this.known.get(id)
    const before = known?.summary
    if (!found) {
      this.known.delete(id)
      if (before && !before.deleted) this.tell({ type: 'run-removed', id })
      return
    }
    const { files, read } = found
    const { summary } = found.run
    const isSame = known?.files === files
    const changedAt = isSame ? known.changedAt : known || isFresh(files) ? performance.now() : -Infinity
    this.known.set(id, { files, summary, changedAt, read: kept(summary, read) })
    if (before && isEqual(before, summary)) return
    if (summary.deleted) {
      if (before && !before.deleted) this.tell({ type: 'run-removed', id })
    } else if (!before || before.deleted || before.archived !== summary.archived) {
      this.tell({ type: 'run-added', run: summary })
    } else this.tell({ type: 'run-changed', run: summary })
  }

  private tell(change: LibraryChange): void {
    for (const listener of this.listeners) listener(change)
  }

  /** One after the other: two that read the same run at once could write it in the wrong order. */
  private inTurn(body: () => Promise<void>): Promise<void> {
    const result = this.work.then(() => (this.isClosed ? undefined : body()))
    this.work = result.catch(() => undefined)
    return result
  }
}

const isLive = ({ status }: RunSummary): boolean => status === 'running' || status === 'paused'

/** Whether more of its journal is likely to come. */
const mayGoOn = (summary: RunSummary): boolean => isLive(summary) || summary.status === 'interrupted'

/**
 * Whether a run that is seen for the first time was written to lately, so that an index that is made anew does not look at
 * all of many old runs each time. Where a clock is wrong it is looked at in turn until it is seen to change.
 */
const isFresh = (files: string): boolean => Date.now() - Number(files.split(' ').at(-1)?.split(':')[1]) < WARM_MS

/** What is kept to read on from: little of a run that may well never go on. */
function kept(summary: RunSummary, read: Read): Read | null {
  if (isLive(summary)) return read
  return mayGoOn(summary) ? { ...read, small: null } : null
}

const isEqual = (a: RunSummary, b: RunSummary): boolean => JSON.stringify(a) === JSON.stringify(b)
