import { experimentSchema, type Experiment } from '../../../shared/experiment/schema'
import { errorSchema, type ErrorRecord } from '../../../shared/errorRecord'
import type { StepColumns } from '../../../shared/run/journal'
import {
  deviceSchema,
  diagnosticsSchema,
  type Device,
  type Diagnostics,
  type EpochMetrics,
  type Evaluation,
  type RunStatus
} from '../../../shared/run/schema'
import type { Database, Row } from '../database'

/** A run as version 3 of the library had it, without its figures. */
export interface FormerRun {
  id: string
  name: string
  status: RunStatus
  colour: number
  createdAt: number
  finishedAt: number | null
  parameters: number
  /** 0 before version 3. */
  multiplyAdds: number
  /** As it was kept; null where it is not even JSON. */
  document: unknown
  /** Null where the document cannot be understood. */
  experiment: Experiment | null
  device: Device | null
  error: ErrorRecord | null
  /** The process that trained it, and when it said the last time that it lives. */
  owner: number | null
  beatAt: number
}

/** Steps that are read at a time, so that the thread is not held for long. */
const STEPS_AT_ONCE = 2000

/** From the oldest. */
export const formerRuns = (database: Database): { id: string }[] =>
  database.all('SELECT id FROM runs ORDER BY created_at, id').map(({ id }) => ({ id: String(id) }))

/** What is damaged in its row is left out. */
export function formerRun(database: Database, id: string): FormerRun {
  const row = database.first('SELECT * FROM runs WHERE id = ?', id)!
  const document = jsonOf(row.experiment)
  return {
    id,
    name: String(row.name),
    status: row.status as RunStatus,
    colour: Number(row.colour),
    createdAt: Number(row.created_at),
    finishedAt: row.finished_at == null ? null : Number(row.finished_at),
    parameters: Number(row.parameters),
    multiplyAdds: Number(row.multiply_adds),
    document,
    experiment: experimentSchema.safeParse(document).data ?? null,
    device: deviceSchema.safeParse(jsonOf(row.device)).data ?? null,
    error: errorSchema.safeParse(jsonOf(row.error)).data ?? null,
    owner: row.owner == null ? null : Number(row.owner),
    beatAt: Number(row.beat_at)
  }
}

function jsonOf(value: Row[string] | undefined): unknown {
  try {
    return value == null ? null : JSON.parse(String(value))
  } catch {
    return null
  }
}

export const formerEpochs = (database: Database, id: string): EpochMetrics[] =>
  database.all('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch', id).map((row) => ({
    epoch: Number(row.epoch),
    loss: Number(row.loss),
    trainAccuracy: Number(row.train_accuracy),
    testLoss: Number(row.test_loss),
    testAccuracy: Number(row.test_accuracy),
    validationLoss: row.validation_loss === null ? null : Number(row.validation_loss),
    validationAccuracy: row.validation_accuracy === null ? null : Number(row.validation_accuracy),
    // The column took no null; what stood for it is below all others.
    score: Number.isFinite(row.score) ? Number(row.score) : null,
    seconds: Number(row.seconds),
    imagesPerSecond: Number(row.images_per_second)
  }))

/** Steps of an epoch, as many records as it takes. */
export function* formerSteps(database: Database, id: string, epoch: number): Generator<StepColumns> {
  for (let from = 0; ;) {
    const rows = database.all(
      'SELECT * FROM steps WHERE run_id = ? AND epoch = ? AND step >= ? ORDER BY step LIMIT ?',
      id,
      epoch,
      from,
      STEPS_AT_ONCE
    )
    if (rows.length === 0) return
    yield* columnsOf(rows)
    from = Number(rows.at(-1)!.step) + 1
  }
}

/** A record for each stretch without a gap. */
function* columnsOf(rows: readonly Row[]): Generator<StepColumns> {
  let start = 0
  for (let end = 1; end <= rows.length; end++) {
    if (end < rows.length && Number(rows[end]!.step) === Number(rows[end - 1]!.step) + 1) continue
    const own = rows.slice(start, end)
    const column = (name: string): Float32Array =>
      Float32Array.from(own, (row) => (row[name] === null ? NaN : Number(row[name])))
    yield {
      type: 'steps',
      first: Number(own[0]!.step),
      series: {
        loss: column('loss'),
        accuracy: column('accuracy'),
        learningRate: column('learning_rate'),
        seconds: column('seconds')
      }
    }
    start = end
  }
}

/** Epochs of which there are steps. */
export const epochsWithSteps = (database: Database, id: string): { epoch: number; steps: number }[] =>
  database
    .all('SELECT epoch, count(*) AS steps FROM steps WHERE run_id = ? GROUP BY epoch ORDER BY epoch', id)
    .map(({ epoch, steps }) => ({ epoch: Number(epoch), steps: Number(steps) }))

/** Those of the steps from `from` up to but not with `to`. */
export const formerDiagnostics = (database: Database, id: string, from: number, to: number): Diagnostics[] =>
  database
    .all('SELECT step, layers FROM diagnostics WHERE run_id = ? AND step >= ? AND step < ? ORDER BY step', id, from, to)
    .map((row) => diagnosticsSchema.parse({ step: Number(row.step), layers: JSON.parse(String(row.layers)) }))

/** With one class a picture, as it was kept; null where there is none of that epoch. */
export function formerEvaluation(database: Database, id: string, epoch: number): Evaluation | null {
  const row = database.first('SELECT * FROM evaluations WHERE run_id = ? AND epoch = ?', id, epoch)
  if (!row) return null
  const labels = Uint16Array.from(row.labels as Uint8Array)
  // A copy, which is aligned.
  const confidence = Uint8Array.from(row.confidence as Uint8Array)
  return {
    epoch,
    k: 1,
    // The first ones of the split, in its order.
    pictures: Uint32Array.from(labels, (_, picture) => picture),
    labels,
    classes: Uint16Array.from(row.predicted as Uint8Array),
    probabilities: new Float32Array(confidence.buffer),
    trueProbability: null
  }
}

export interface FormerArchitecture {
  id: string
  name: string
  createdAt: number
  updatedAt: number
  deletedAt: number | null
  draft: string | null
  versions: { version: number; savedAt: number; document: string }[]
}

export const formerArchitectures = (database: Database): FormerArchitecture[] =>
  database.all('SELECT * FROM architectures ORDER BY created_at, id').map((row) => ({
    id: String(row.id),
    name: String(row.name),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    deletedAt: row.deleted_at === null ? null : Number(row.deleted_at),
    draft: row.draft === null ? null : String(row.draft),
    versions: database
      .all('SELECT * FROM architecture_versions WHERE architecture_id = ? ORDER BY version', String(row.id))
      .map(({ version, saved_at, document }) => ({
        version: Number(version),
        savedAt: Number(saved_at),
        document: String(document)
      }))
  }))
