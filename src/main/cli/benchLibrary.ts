import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { z } from 'zod'
import { presetExperiment } from '../../shared/presets'
import type { CurveRequest } from '../../shared/run/curves'
import { indexFolder } from '../library/index/schema'
import { Library } from '../library/library'
import { createRun } from '../run/folder'
import { watchHolds, type Hold } from './bench/holds'
import { beginRun, writeSyntheticLibrary, type SyntheticRun } from './bench/syntheticLibrary'
import { number } from './options'
import { tellProgress } from './runs'

interface Options {
  runs: number
  points: number
  keep?: string
}

/** Of each quick figure the least of so many counts: what else runs on the machine is no part of it. */
const ROUNDS = 7
const EVENTS = 10
const CURVE_POINTS = 1000
const AT_ONCE = 10

const whole = number(z.number().int().min(1))

/**
 * `bench-library`: makes a library of many runs in a temporary folder and prints what it takes to open, list, filter,
 * draw, follow and rebuild it, as one JSON object, for `npm run bench -- --case library`. Needs no TensorFlow.
 */
export function benchLibraryCommand(): Command {
  return new Command('bench-library')
    .description('A library of many runs, timed; used by npm run bench.')
    .option('--runs <n>', 'runs in the library', whole, 2000)
    .option('--points <n>', 'steps of all runs together', whole, 20_000_000)
    .option('--keep <dir>', 'write the library to this new folder and leave it there')
    .action(async ({ runs, points, keep }: Options) => {
      const folder = keep ?? (await mkdtemp(join(tmpdir(), 'residuum-bench-')))
      try {
        const made = await writeSyntheticLibrary(folder, runs, points, (done) => tellProgress('write', done, runs))
        const figures = await measure(folder, made)
        process.stdout.write(`${JSON.stringify({ case: 'library', runs, points, ...rounded(figures) })}\n`)
      } finally {
        if (!keep) await rm(folder, { recursive: true, force: true })
      }
    })
}

async function measure(folder: string, runs: readonly SyntheticRun[]): Promise<Record<string, number>> {
  const rebuilt = await rebuild(folder)
  const openMs = await least(() => withLibrary(folder, async (library) => void library.list()))
  const lists = await withLibrary(folder, async (library) => ({
    listMs: await least(() => library.list({ limit: 100 })),
    filterMs: await least(() =>
      library.list({
        text: 'res',
        conditions: [{ field: 'optimizer.learningRate', operator: '>=', value: 0.01 }]
      })
    )
  }))
  const curves = await measureCurves(folder, runs)
  const created = await several(3, async () => {
    const started = performance.now()
    const { folder: made } = await createRun(folder, presetExperiment('resnet-20'))
    const createMs = performance.now() - started
    await rm(made, { recursive: true })
    return createMs
  })
  const bytes = await bytesIn(folder)
  const events = await measureEvents(folder, runs.length)
  return {
    openMs,
    ...lists,
    ...curves,
    createFirstMs: created[0]!,
    createMs: Math.min(...created.slice(1)),
    ...events.figures,
    ...rebuilt.figures,
    bytes,
    longestHoldMs: Math.max(rebuilt.hold.wallMs, events.hold.wallMs),
    longestHoldCpuMs: Math.max(rebuilt.hold.cpuMs, events.hold.cpuMs)
  }
}

/** From nothing: no index, no levels. */
async function rebuild(folder: string): Promise<{ figures: Record<string, number>; hold: Hold }> {
  await rm(indexFolder(folder), { recursive: true, force: true })
  return withLibrary(folder, async (library) => {
    const end = watchHolds()
    const started = performance.now()
    const before = process.cpuUsage()
    await library.rebuild((done, total) => tellProgress('rebuild', done, total))
    const { user, system } = process.cpuUsage(before)
    const rebuildS = (performance.now() - started) / 1000
    return { figures: { rebuildS, rebuildCpuS: (user + system) / 1e6 }, hold: end() }
  })
}

/** Curves of ten runs drawn evenly from all, and of the ten longest, each with nothing in memory. */
async function measureCurves(folder: string, runs: readonly SyntheticRun[]): Promise<Record<string, number>> {
  const drawn = Array.from({ length: AT_ONCE }, (_, index) => runs[Math.floor((index * runs.length) / AT_ONCE)]!)
  const curvesOf = async (chosen: readonly SyntheticRun[]): Promise<number> =>
    withLibrary(folder, async (library) => {
      const requests: CurveRequest[] = chosen.flatMap(({ id }) =>
        ['loss', 'accuracy'].map((name) => ({ run: id, name, points: CURVE_POINTS }))
      )
      return timed(() => library.getCurves(requests))
    })
  const longest = runs.slice(0, AT_ONCE)
  const prepared = {
    curves10Ms: await leastOf(() => curvesOf(drawn)),
    curves10LongestMs: await leastOf(() => curvesOf(longest))
  }
  await rm(join(indexFolder(folder), 'levels'), { recursive: true, force: true })
  // As of runs that ended since: this makes the levels again.
  return { ...prepared, curves10UnpreparedMs: await curvesOf(longest) }
}

/** From the append of an epoch to what a subscriber hears of it, with a hint and by looking alone. */
async function measureEvents(folder: string, index: number): Promise<{ figures: Record<string, number>; hold: Hold }> {
  return withLibrary(folder, async (library) => {
    const run = await beginRun(folder, index)
    await library.refresh()
    library.follow()
    await sleep(1000)
    const end = watchHolds()
    const began = process.cpuUsage()
    const since = performance.now()
    let epoch = 0
    const event = async (hinted: boolean): Promise<number> => {
      const heard = new Promise<void>((resolve) => {
        const wanted = epoch + 1
        const stop = library.subscribe((change) => {
          if (change.type !== 'run-changed' || change.run.id !== run.id || change.run.epochsDone < wanted) return
          stop()
          resolve()
        })
      })
      return timed(async () => {
        await run.journal.append(run.epoch(epoch++))
        if (hinted) await library.hint(run.id)
        await heard
      })
    }
    const hinted = await several(EVENTS, () => event(true))
    const followed = await several(EVENTS, () => event(false))
    const { user, system } = process.cpuUsage(began)
    const followShare = (user + system) / 1000 / (performance.now() - since)
    await run.journal.close()
    await run.owner.release()
    const figures = {
      eventMs: Math.min(...hinted),
      eventMostMs: Math.max(...hinted),
      followMs: followed.reduce((sum, value) => sum + value, 0) / followed.length,
      followMostMs: Math.max(...followed),
      followShare
    }
    return { figures, hold: end() }
  })
}

async function withLibrary<T>(folder: string, body: (library: Library) => Promise<T>): Promise<T> {
  const library = await Library.open(folder)
  try {
    return await body(library)
  } finally {
    await library.close()
  }
}

async function timed(body: () => unknown): Promise<number> {
  const started = performance.now()
  await body()
  return performance.now() - started
}

async function several(count: number, body: () => Promise<number>): Promise<number[]> {
  const results: number[] = []
  for (let round = 0; round < count; round++) results.push(await body())
  return results
}

const leastOf = async (body: () => Promise<number>, rounds = ROUNDS): Promise<number> =>
  Math.min(...(await several(rounds, body)))

const least = (body: () => unknown, rounds = ROUNDS): Promise<number> => leastOf(() => timed(body), rounds)

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { withFileTypes: true })
  let bytes = 0
  for (const entry of names) {
    const path = join(folder, entry.name)
    bytes += entry.isDirectory() ? await bytesIn(path) : (await stat(path)).size
  }
  return bytes
}

/** Three digits are more than any of them is good for. */
const rounded = (figures: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      Number.isInteger(value) ? value : Number(value.toPrecision(3))
    ])
  )
