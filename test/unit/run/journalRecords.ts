import { mkdirSync } from 'node:fs'
import { readJournal, type JournalTail, type SkippedRecord } from '../../../src/main/run/journal'
import type { JournalRecord, Started, StepColumns } from '../../../src/shared/run/journal'
import type { EpochMetrics } from '../../../src/shared/run/schema'

/** What tests of journals write and read. */
export const started = (step = 0, epoch = 0): Started => ({
  type: 'started',
  at: 1000 + step,
  step,
  epoch,
  stepsPerEpoch: 4,
  parameters: 10,
  multiplyAdds: 20,
  pictures: { train: 4, validation: 0, test: 4 },
  dataset: null,
  device: null,
  versions: { residuum: '0.1.0' },
  host: 'here'
})

export const steps = (first: number, count: number, salt = 0): StepColumns => ({
  type: 'steps',
  first,
  series: {
    loss: Float32Array.from({ length: count }, (_, index) => 1 / (1 + first + index) + salt),
    accuracy: Float32Array.from({ length: count }, (_, index) => (first + index) / 1000)
  }
})

export const metrics = (epoch: number, score = 0.5): EpochMetrics => ({
  epoch,
  loss: 1.5,
  trainAccuracy: 0.4,
  testLoss: 1.25,
  testAccuracy: 0.5,
  validationLoss: null,
  validationAccuracy: null,
  score,
  seconds: epoch,
  imagesPerSecond: 100
})

export const epoch = (number: number, score?: number): JournalRecord => ({
  type: 'epoch',
  at: 2000 + number,
  metrics: metrics(number, score)
})

export interface ReadBack extends JournalTail {
  records: JournalRecord[]
  ends: number[]
  skipped: SkippedRecord[]
}

export async function readAll(folder: string, from = 0): Promise<ReadBack> {
  const records: JournalRecord[] = []
  const ends: number[] = []
  const skipped: SkippedRecord[] = []
  const reading = readJournal(folder, from, (record) => void skipped.push(record))
  for (;;) {
    const { done, value } = await reading.next()
    if (done) return { records, ends, skipped, ...value }
    records.push(value.record)
    ends.push(value.end)
  }
}

export function folderIn(parent: string, name: string): string {
  const folder = `${parent}/${name}`
  mkdirSync(folder)
  return folder
}
