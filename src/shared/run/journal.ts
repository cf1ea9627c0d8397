import { z } from 'zod'
import { experimentSchema } from '../experiment/schema'
import { errorSchema } from '../errorRecord'
import { deviceSchema, epochMetricsSchema } from './schema'

/**
 * What a run's journal holds: the records that whoever trains appends to `runs/ID/journal`, in the order in which things
 * happened. Nothing of it is ever changed; what a later record takes back is left out by whoever reads
 * (`progressOf` in `progress.ts`). `docs/run-folder.md` describes the bytes.
 */

/** Milliseconds since 1970 by the clock of the computer that wrote it: a time that can be shown. */
const at = z.number().min(0).max(8.64e15)
/** Optimizer steps, from 0, over the whole run. */
const step = z.number().int().min(0)
const epoch = z.number().int().min(0)

/** What a run knew as it began or went on. A stranger's run may know less. */
export const startedSchema = z.object({
  type: z.literal('started'),
  at,
  /** The position it begins at or goes back to: what was recorded of later steps and of epochs from there on is void. */
  step,
  epoch,
  stepsPerEpoch: z.number().int().min(1).nullable().default(null),
  parameters: z.number().nullable().default(null),
  /** Of one forward pass of one picture. */
  multiplyAdds: z.number().nullable().default(null),
  /** Pictures trained on in an epoch, held out and tested. */
  pictures: z.object({ train: z.number(), validation: z.number(), test: z.number() }).nullable().default(null),
  dataset: z
    .object({
      name: z.string(),
      classes: z.array(z.string()),
      counts: z.object({ train: z.number(), test: z.number() }),
      /** Of the prepared files, hexadecimal; null where it is not known. */
      sha256: z.string().nullable(),
      mean: z.array(z.number()),
      std: z.array(z.number())
    })
    .nullable()
    .default(null),
  device: deviceSchema.nullable().default(null),
  /** By program: residuum, tensorflow, node, or what a stranger used. */
  versions: z.record(z.string(), z.string()).default({}),
  host: z.string().nullable().default(null)
})

/**
 * Consecutive steps: a column of float32 for each series, of equal lengths. NaN stands for what is not finite or was not
 * measured. Series of each step of a run here: `loss`, `accuracy`, `learningRate` and `seconds` (worked so far, pauses
 * left out).
 */
export interface StepColumns {
  type: 'steps'
  /** The first of the steps. */
  first: number
  series: Record<string, Float32Array>
}

/** Values of series at one step, as of `gradientNorm/PATH`, `weightNorm/PATH` and `deadShare/PATH`; null as NaN above. */
export const pointsSchema = z.object({
  type: z.literal('points'),
  step,
  values: z.record(z.string(), z.number().nullable())
})

export const journalEventSchema = z.discriminatedUnion('type', [
  startedSchema,
  pointsSchema,
  /** An epoch with its evaluation. */
  z.object({ type: z.literal('epoch'), at, metrics: epochMetricsSchema }),
  /** A whole checkpoint was written; `epoch` counts whole epochs, their evaluation left out. */
  z.object({ type: z.literal('checkpoint'), at, step, epoch }),
  /** A setting of the experiment was changed after the run began, such as `recipe.epochs`. */
  z.object({ type: z.literal('changed'), at, step, field: z.string(), value: z.json() }),
  z.object({ type: z.literal('paused'), at, step }),
  z.object({ type: z.literal('resumed'), at, step }),
  z.object({ type: z.literal('warning'), at, error: errorSchema }),
  z.object({
    type: z.literal('ended'),
    at,
    status: z.enum(['finished', 'stopped', 'failed', 'interrupted']),
    error: errorSchema.nullable().default(null),
    /** Whether early stopping ended it. */
    early: z.boolean().default(false)
  })
])
export type JournalEvent = z.infer<typeof journalEventSchema>
export type JournalRecord = JournalEvent | StepColumns
export type Started = z.infer<typeof startedSchema>

/** The settings of a run that no experiment of this program describes: free names, as `optimizer.learningRate`. */
export const freeSettingsSchema = z.record(
  z.string().min(1).max(200),
  z.union([z.string(), z.number(), z.boolean(), z.null()])
)

/** `run.json`, written first and never changed. */
export const runFileSchema = z.object({
  format: z.literal('residuum.run'),
  version: z.literal(1),
  /** The folder's name. */
  id: z.string().min(1).max(64),
  /** What it is called until the user calls it otherwise. */
  name: z.string().min(1).max(200),
  createdAt: at,
  /** Null for a run of another program. */
  experiment: experimentSchema.nullable().default(null),
  settings: freeSettingsSchema.default({})
})
export type RunFile = z.infer<typeof runFileSchema>

/** `number.json`: given once, to a stranger's run when it is first seen. */
export const runNumberSchema = z.object({
  number: z.number().int().min(1).max(1_000_000_000),
  /** Place in the palette of run colours. */
  colour: z.number().int().min(0)
})
export type RunNumber = z.infer<typeof runNumberSchema>

/** `user.json`: what the user says of a run. */
export const runUserSchema = z.object({
  /** Null: as in `run.json`. */
  name: z.string().min(1).max(200).nullable().default(null),
  notes: z.string().max(100_000).default(''),
  tags: z.array(z.string().min(1).max(100)).default([]),
  starred: z.boolean().default(false),
  archivedAt: z.number().nullable().default(null),
  deletedAt: z.number().nullable().default(null)
})
export type RunUser = z.infer<typeof runUserSchema>
