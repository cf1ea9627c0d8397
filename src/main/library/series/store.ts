import { setImmediate } from 'node:timers/promises'
import { ResiduumError } from '../../../shared/errors'
import { curveRequestSchema, type Curve, type CurveRequest } from '../../../shared/run/curves'
import { emptyProgress, followInto, type RunProgress } from '../../../shared/run/progress'
import { SeriesBuilder, type Series } from '../../../shared/run/series'
import { runFolder } from '../../run/folder'
import { readJournal } from '../../run/journal'
import { emptyBuckets, groupFor, joined, rangeOf, single, type Buckets } from './buckets'
import { FACTOR, journalState, Levels, LONG_RUN, mayBeLong, writeLevels } from './levels'

/** Values of series that are kept in memory, of the runs that were asked for last. */
const MAX_VALUES = 4_000_000

/** A run's journal as far as it was read. */
class ReadRun {
  progress: RunProgress = emptyProgress()
  position = 0
  /** State of the journal before it was read. */
  state: string | null = null
  /** Why not all of it could be read. */
  problem: unknown = null
  builder = new SeriesBuilder()

  get series(): Map<string, Series> {
    return this.builder.series()
  }

  get values(): number {
    return [...this.series.values()].reduce((sum, { values }) => sum + values.length, 0)
  }
}

/** Series of runs at any width, from their journals or, of long runs, from what was made of them. */
export class SeriesStore {
  /** The last used at the end. */
  private readonly runs = new Map<string, ReadRun>()
  private work: Promise<unknown> = Promise.resolve()

  constructor(private readonly library: string) {}

  /** One curve for each request, in their order; a run or a series that is not there has no points. */
  async curves(requests: readonly CurveRequest[]): Promise<Curve[]> {
    const curves: Curve[] = []
    // By run, so that each is read once, however they come.
    const order = requests.map((request, place) => ({ place, request: curveRequestSchema.parse(request) }))
    for (const id of new Set(order.map(({ request }) => request.run))) {
      const own = order.filter(({ request }) => request.run === id)
      const buckets = await this.bucketsOf(
        id,
        own.map(({ request }) => request)
      )
      own.forEach(({ place, request: { run, name } }, index) => {
        const { steps, mean, minimum, maximum } = buckets[index]!
        curves[place] = { run, name, steps, mean, minimum, maximum }
      })
    }
    return curves
  }

  /**
   * What a run's journal comes to, and the names of its series; `problem` is why not all of it could be read. Throws
   * ResiduumError `run-missing` for what can be no run.
   */
  async progress(id: string): Promise<{ progress: RunProgress; series: Map<string, Series>; problem: unknown }> {
    const { progress, series, problem } = await this.read(id)
    return { progress, series, problem }
  }

  /** Makes the levels of a long run where they lack; says whether it did. */
  async prepare(id: string): Promise<boolean> {
    if (!(await mayBeLong(this.library, id))) return false
    const levels = await Levels.open(this.library, id)
    if (levels) {
      await levels.close()
      return false
    }
    const run = await this.read(id)
    if (run.progress.steps <= LONG_RUN || run.state === null) return false
    await writeLevels(this.library, id, run.series, run.state)
    return true
  }

  forget(id: string): void {
    this.runs.delete(id)
  }

  private async bucketsOf(id: string, requests: readonly Request[]): Promise<Buckets[]> {
    if (!this.runs.has(id)) {
      const found = await this.fromLevels(id, requests)
      if (found) return found
    }
    const run = await this.read(id).catch((error: unknown) => {
      if (error instanceof ResiduumError && error.code === 'run-missing') return new ReadRun()
      throw error
    })
    const { series } = run
    const { ended, steps } = run.progress
    // Only to be quicker the next time.
    if (ended && steps > LONG_RUN) await this.prepare(id).catch(() => undefined)
    const found: Buckets[] = []
    for (const { name, points, from, to } of requests) {
      const own = series.get(name)
      if (own) {
        const range = rangeOf(own, from, to)
        found.push(joined(single(own), range, groupFor(range, points)))
        // A million values take some milliseconds; records that come meanwhile are read in turn with other requests.
        await setImmediate()
      } else found.push(emptyBuckets(0))
    }
    return found
  }

  /** Null where they lack, or where single values are asked for. */
  private async fromLevels(id: string, requests: readonly Request[]): Promise<Buckets[] | null> {
    const levels = await Levels.open(this.library, id)
    if (!levels) return null
    try {
      const found: Buckets[] = []
      for (const { name, points, from, to } of requests) {
        const count = levels.count(name)
        const first = await levels.groups(name, FACTOR)
        if (!first) {
          if (count > 0) return null
          found.push(emptyBuckets(0))
          continue
        }
        const cells = rangeOf(first.buckets, from, to)
        // A group that holds the last step asked for may end behind it.
        if (to !== null && cells.to < first.buckets.steps.length && first.buckets.steps[cells.to - 1] !== to) {
          cells.to += 1
        }
        const range = { from: cells.from * FACTOR, to: Math.min(cells.to * FACTOR, count) }
        const group = groupFor(range, points)
        const level = await levels.groups(name, group)
        if (!level) return null
        const part = { from: Math.floor(range.from / level.size), to: Math.ceil(range.to / level.size) }
        found.push(joined(level.buckets, part, group / level.size))
      }
      return found
    } finally {
      await levels.close()
    }
  }

  /** Reads a journal on from where it was read the last time. */
  private read(id: string): Promise<ReadRun> {
    const result = this.work.then(async () => {
      const folder = runFolder(this.library, id)
      const state = await journalState(this.library, id)
      let run = this.runs.get(id) ?? new ReadRun()
      if (run.state === null || run.state !== state) {
        const begun = run.position
        if (!(await readOn(folder, run)) && begun > 0) {
          // It may have been replaced by another.
          run = new ReadRun()
          await readOn(folder, run)
        }
        run.state = state
      }
      this.runs.delete(id)
      this.runs.set(id, run)
      this.shrink()
      return run
    })
    this.work = result.catch(() => undefined)
    return result
  }

  private shrink(): void {
    let total = [...this.runs.values()].reduce((sum, { values }) => sum + values, 0)
    for (const [id, { values }] of this.runs) {
      if (total <= MAX_VALUES || this.runs.size === 1) return
      this.runs.delete(id)
      total -= values
    }
  }
}

type Request = ReturnType<typeof curveRequestSchema.parse>

/** False where something was in the way of reading to the end. */
async function readOn(folder: string, run: ReadRun): Promise<boolean> {
  run.problem = null
  try {
    for await (const { record, end } of readJournal(folder, run.position)) {
      run.progress = followInto(run.progress, record)
      run.builder.add(record)
      run.position = end
    }
    return true
  } catch (error) {
    run.problem = error
    return false
  }
}
