import type { ErrorRecord } from '../../shared/ipc/error'
import {
  deviceSchema,
  type EpochMetrics,
  type Evaluation,
  type RunStatus,
  type RunSummary,
  type StepMetrics
} from '../../shared/run/schema'
import { isDiverged } from '../../shared/run/best'
import type { Database, Row } from './database'

/** How far a run is: epochs done, the last, and the best where any can be. */
export interface Standing {
  done: number
  last: EpochMetrics
  best: EpochMetrics | null
}

/** A row of `epochs`. */
export const toMetrics = (row: Row): EpochMetrics => ({
  epoch: Number(row.epoch),
  loss: Number(row.loss),
  trainAccuracy: Number(row.train_accuracy),
  testLoss: Number(row.test_loss),
  testAccuracy: Number(row.test_accuracy),
  validationLoss: row.validation_loss === null ? null : Number(row.validation_loss),
  validationAccuracy: row.validation_accuracy === null ? null : Number(row.validation_accuracy),
  score: Number.isFinite(row.score) ? Number(row.score) : null,
  seconds: Number(row.seconds),
  imagesPerSecond: Number(row.images_per_second)
})

/** A row of `runs` with its standing. */
export const summarise = (row: Row, standing: Standing | undefined, classes: number): RunSummary => ({
  id: String(row.id),
  name: String(row.name),
  status: row.status as RunStatus,
  colour: Number(row.colour),
  createdAt: Number(row.created_at),
  finishedAt: row.finished_at === null ? null : Number(row.finished_at),
  architecture: String(row.architecture),
  parameters: Number(row.parameters),
  epochs: Number(row.epochs),
  epochsDone: standing?.done ?? 0,
  last: standing?.last ?? null,
  best: standing?.best ?? null,
  diverged: standing !== undefined && isDiverged(standing.last, classes),
  device: row.device === null ? null : deviceSchema.parse(JSON.parse(String(row.device))),
  error: row.error === null ? null : (JSON.parse(String(row.error)) as ErrorRecord)
})

export function writeStep(database: Database, run: string, step: StepMetrics): void {
  const { epoch, loss, accuracy, learningRate, seconds } = step
  const values = [run, step.step, epoch, loss, accuracy, learningRate, seconds]
  database.run('INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)', ...values)
}

export function writeEpoch(database: Database, run: string, metrics: EpochMetrics): void {
  database.run(
    `INSERT OR REPLACE INTO epochs (run_id, epoch, loss, train_accuracy, test_loss, test_accuracy,
       validation_loss, validation_accuracy, score, seconds, images_per_second)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    run,
    metrics.epoch,
    metrics.loss,
    metrics.trainAccuracy,
    metrics.testLoss,
    metrics.testAccuracy,
    metrics.validationLoss,
    metrics.validationAccuracy,
    // The column takes no null; this is below all others.
    metrics.score ?? -Infinity,
    metrics.seconds,
    metrics.imagesPerSecond
  )
}

/** A row of `evaluations`: there runs of former versions keep the first class of each test picture, in the split's order. */
export function toEvaluation(row: Row): Evaluation {
  const bytes = (column: string) => Uint8Array.from(row[column] as Uint8Array)
  const labels = Uint16Array.from(bytes('labels'))
  return {
    epoch: Number(row.epoch),
    k: 1,
    pictures: Uint32Array.from(labels, (_, picture) => picture),
    labels,
    classes: Uint16Array.from(bytes('predicted')),
    probabilities: new Float32Array(bytes('confidence').buffer),
    trueProbability: null
  }
}
