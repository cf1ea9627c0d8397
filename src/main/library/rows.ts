import type { ErrorRecord } from '../../shared/ipc/error'
import { deviceSchema, type EpochMetrics, type RunStatus, type RunSummary } from '../../shared/run/schema'
import type { Row } from './database'

/** How far a run is: epochs done, the last and the best. */
export interface Standing {
  done: number
  last: EpochMetrics
  best: EpochMetrics
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
  score: Number(row.score),
  seconds: Number(row.seconds),
  imagesPerSecond: Number(row.images_per_second)
})

/** A row of `runs` with its standing. */
export const summarise = (row: Row, standing: Standing | undefined): RunSummary => ({
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
  device: row.device === null ? null : deviceSchema.parse(JSON.parse(String(row.device))),
  error: row.error === null ? null : (JSON.parse(String(row.error)) as ErrorRecord)
})
