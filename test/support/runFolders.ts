import { join } from 'node:path'
import { createRun } from '../../src/main/run/folder'
import { JournalWriter } from '../../src/main/run/journal'
import { takeOwnership } from '../../src/main/run/owner'
import type { Experiment } from '../../src/shared/experiment/schema'
import { presetExperiment } from '../../src/shared/presets'
import type { JournalEvent, JournalRecord, Started, StepColumns } from '../../src/shared/run/journal'
import type { EpochMetrics } from '../../src/shared/run/schema'

/** Records as whoever trains writes them, and a run's folder filled with them. */

export const started = (stepsPerEpoch: number, step = 0, epoch = 0): Started => ({
  type: 'started',
  at: 1_000,
  step,
  epoch,
  stepsPerEpoch,
  parameters: 62_006,
  multiplyAdds: 650_000,
  pictures: null,
  dataset: null,
  device: { kind: 'cpu', name: 'test', tensorflow: '2.20.0', precision: 'float32' },
  versions: {},
  host: null
})

/** Steps whose losses are those of `loss`. */
export const steps = (first: number, count: number, loss: (step: number) => number = (step) => step): StepColumns => ({
  type: 'steps',
  first,
  series: { loss: Float32Array.from({ length: count }, (_, index) => loss(first + index)) }
})

export const metrics = (epoch: number, change: Partial<EpochMetrics> = {}): EpochMetrics => ({
  epoch,
  loss: 1.5,
  trainAccuracy: 0.4,
  testLoss: 1.6,
  testAccuracy: 0.5,
  validationLoss: 1.25,
  validationAccuracy: null,
  score: change.testAccuracy ?? 0.5,
  seconds: 10 * (epoch + 1),
  imagesPerSecond: 100,
  ...change
})

export const epochRecord = (epoch: number, change: Partial<EpochMetrics> = {}): JournalEvent => ({
  type: 'epoch',
  at: 2_000 + epoch,
  metrics: metrics(epoch, change)
})

export const ended = (status: 'finished' | 'stopped' | 'failed' | 'interrupted' = 'finished'): JournalEvent => ({
  type: 'ended',
  at: 9_000,
  status,
  error: null,
  early: false
})

/** Appends records to a run's journal, as its owner for that moment. */
export async function append(folder: string, records: readonly JournalRecord[]): Promise<void> {
  const owner = await takeOwnership(folder)
  const { journal } = await JournalWriter.open(folder)
  try {
    await journal.append(records)
  } finally {
    await journal.close()
    await owner.release()
  }
}

/** A new run with these records; gives its id and folder. */
export async function addRun(
  library: string,
  records: readonly JournalRecord[],
  experiment: Experiment = presetExperiment('lenet-5')
): Promise<{ id: string; folder: string }> {
  const { id, folder } = await createRun(library, experiment)
  await append(folder, records)
  return { id, folder }
}

export const journalOf = (folder: string): string => join(folder, 'journal')
