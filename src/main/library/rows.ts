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
  number: Number(row.colour) + 1,
  steps: Number(row.steps ?? 0),
  problem: null,
  notes: '',
  tags: [],
  starred: false,
  archived: false,
  deleted: false,
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

export function writeEvaluation(database: Database, run: string, evaluation: Evaluation): void {
  const { buffer, byteOffset, byteLength } = evaluation.confidence
  database.run(
    'INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?, ?)',
    run,
    evaluation.epoch,
    evaluation.labels,
    evaluation.predicted,
    new Uint8Array(buffer, byteOffset, byteLength)
  )
}

/** A row of `evaluations`. */
export function toEvaluation(row: Row): Evaluation {
  const confidence = Uint8Array.from(row.confidence as Uint8Array)
  return {
    epoch: Number(row.epoch),
    labels: Uint8Array.from(row.labels as Uint8Array),
    predicted: Uint8Array.from(row.predicted as Uint8Array),
    confidence: new Float32Array(confidence.buffer)
  }
}
