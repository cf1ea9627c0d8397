import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Database } from '../../src/main/library/database'
import { indexFile, indexFolder } from '../../src/main/library/index/schema'
import { Library } from '../../src/main/library/library'
import { listRunIds, runFolder } from '../../src/main/run/folder'
import { readJournal } from '../../src/main/run/journal'
import type { Experiment } from '../../src/shared/experiment/schema'
import { presetExperiment } from '../../src/shared/presets'
import type { JournalRecord } from '../../src/shared/run/journal'
import { progressOf, type RunProgress } from '../../src/shared/run/progress'
import { seriesOf } from '../../src/shared/run/series'

export const root = join(import.meta.dirname, '../..')

/** Four steps an epoch and an evaluation about as long, so that kills come in both; with norms, and an average, which checkpoints keep beside the weights. */
export function smallExperiment(name: string, epochs = 8): Experiment {
  const experiment = presetExperiment('lenet-5')
  experiment.architecture.name = name
  Object.assign(experiment.recipe, {
    ...{ epochs, batchSize: 16, trainLimit: 64, testLimit: 400, testBatchSize: 20, diagnosticsEvery: 3 },
    averaging: { decay: 0.9 }
  })
  return experiment
}

export interface RecordedRun {
  id: string
  progress: RunProgress
  records: JournalRecord[]
}

/** The runs of an architecture, the oldest first, by their files alone; a folder without `run.json` is none yet. */
export async function runsOf(library: string, architecture: string): Promise<RecordedRun[]> {
  const runs: RecordedRun[] = []
  for (const id of await listRunIds(library)) {
    const folder = runFolder(library, id)
    const file = join(folder, 'run.json')
    if (!existsSync(file)) continue
    const { experiment } = JSON.parse(readFileSync(file, 'utf8')) as { experiment: Experiment }
    if (experiment.architecture.name !== architecture) continue
    const records: JournalRecord[] = []
    for await (const { record } of readJournal(folder)) records.push(record)
    runs.push({ id, records, progress: progressOf(records) })
  }
  return runs
}

/** Each step's series is there from the first step on without a hole. */
export function expectNoHole({ records, progress }: RecordedRun): void {
  const series = seriesOf(records)
  for (const name of ['loss', 'accuracy', 'learningRate', 'seconds']) {
    const { steps = new Float64Array() } = series.get(name) ?? {}
    expect(Array.from(steps), name).toEqual(Array.from({ length: progress.steps }, (_, step) => step))
  }
  expect(progress.epochs.map(({ epoch }) => epoch)).toEqual(progress.epochs.map((_, index) => index))
}

/** All figures of two runs are the same to the last bit, but for times. */
export function expectSameFigures(actual: RecordedRun, expected: RecordedRun): void {
  const timeless = ({ progress, records }: RecordedRun) => {
    const series = seriesOf(records)
    series.delete('seconds')
    return {
      series: [...series].map(([name, { steps, values }]) => [name, Array.from(steps), Array.from(values)]).sort(),
      epochs: progress.epochs.map(({ seconds, imagesPerSecond, ...figures }) => {
        expect(Math.min(seconds!, imagesPerSecond!)).toBeGreaterThan(0)
        return figures
      })
    }
  }
  expect(timeless(actual)).toEqual(timeless(expected))
}

/** The index that was kept up through all of it says what one says that is made anew. */
export async function expectIndexWhole(folder: string): Promise<void> {
  const kept = await Library.open(folder)
  await kept.refresh()
  expect(await kept.check()).toMatchObject({ problems: [], stale: [], index: [] })
  const numbers = kept.listRuns().map(({ number }) => number)
  expect(new Set(numbers).size).toBe(numbers.length)
  await kept.close()
  const rows = rowsOf(folder)
  rmSync(indexFolder(folder), { recursive: true })
  const anew = await Library.open(folder)
  await anew.rebuild()
  await anew.close()
  expect(rows).toEqual(rowsOf(folder))
}

/** All that the index of a library says. */
function rowsOf(library: string): unknown[] {
  const database = new Database(indexFile(library))
  try {
    return ['runs', 'settings', 'tags'].map((table) => database.all(`SELECT * FROM ${table} ORDER BY 1, 2`))
  } finally {
    database.close()
  }
}
