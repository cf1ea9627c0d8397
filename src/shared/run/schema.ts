import { z } from 'zod'
import { experimentSchema, monitoredMetrics, precisions } from '../experiment/schema'
import { errorSchema } from '../errorRecord'

/** One optimizer step in training mode. */
export const stepMetricsSchema = z.object({
  /** From 0, over the whole run. */
  step: z.number().int().min(0),
  epoch: z.number().int().min(0),
  /** Mean cross-entropy over the batch; NaN and infinity cross as null. */
  loss: z.number().nullable(),
  /** Share of the batch that was right, 0 to 1. */
  accuracy: z.number(),
  learningRate: z.number(),
  /** Since the run's start, pauses left out. */
  seconds: z.number()
})

const figure = z.number().nullable().default(null)

/** One pass over the training pictures and the evaluation after it. */
export const epochMetricsSchema = z.object({
  epoch: z.number().int().min(0),
  /** Means over the pictures of the epoch in training mode. Null, as below, where a run of another program lacks it. */
  loss: figure,
  trainAccuracy: figure,
  /** In evaluation mode after the epoch. */
  testLoss: figure,
  testAccuracy: figure,
  /** Likewise, of the pictures held out for validation; null where there are none. */
  validationLoss: figure,
  validationAccuracy: figure,
  /** The figure that the recipe monitors, turned so that more is better; null where there is none. */
  score: figure,
  /** Since the run's start, testing included, pauses left out. */
  seconds: figure,
  /** Training pictures a second in this epoch, testing and pauses left out. */
  imagesPerSecond: figure
})

/** How each layer with trained parameters, and each ReLU, fares at one step. */
export const diagnosticsSchema = z.object({
  step: z.number().int().min(0),
  layers: z.array(
    z.object({
      path: z.string(),
      /** Euclidean norms over all parameters of the layer, before clipping and before the update. */
      gradientNorm: z.number().nullable(),
      weightNorm: z.number().nullable(),
      /** Share of a ReLU's channels that were zero everywhere in the batch. */
      deadShare: z.number().nullable()
    })
  )
})

const uint16Array = z.custom<Uint16Array>((value) => value instanceof Uint16Array)
const float32Array = z.custom<Float32Array>((value) => value instanceof Float32Array)

/** Predictions on a split after an epoch, one row a picture; `evaluation.ts` tells what follows from them. */
export const evaluationSchema = z.object({
  epoch: z.number().int().min(0),
  /** How many of the most probable classes are told: five, all where there are fewer; 1 in older runs. */
  k: z.number().int().min(1),
  /** Numbers of the pictures in the split, [count]. */
  pictures: z.custom<Uint32Array>((value) => value instanceof Uint32Array),
  /** True classes, [count]. */
  labels: uint16Array,
  /** The most probable classes, [count, k], descending. */
  classes: uint16Array,
  /** Their softmax probabilities, [count, k], 0 to 1. */
  probabilities: float32Array,
  /** Softmax probability of the true class, [count]; null in older runs. */
  trueProbability: float32Array.nullable()
})

/** Predictions of a run after one of its epochs, with all that it takes to read and to place them. */
export const runEvaluationSchema = z.object({
  evaluation: evaluationSchema,
  /** Epochs of which predictions are kept, ascending, with their accuracy; null where the run does not tell it. */
  kept: z.array(z.object({ epoch: z.number().int().min(0), accuracy: z.number().nullable() })),
  /** The best epoch, and by which figure; null where none can be the best, and where a run of another program is silent. */
  best: z.number().int().min(0).nullable(),
  monitor: z.enum(monitoredMetrics).nullable(),
  /** Whose pictures they are, and what its classes are called; null where the run does not say. */
  dataset: z.string().nullable(),
  classes: z.array(z.string()).nullable()
})

export const runStatuses = ['running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'] as const

export const deviceSchema = z.object({
  kind: z.enum(['cpu', 'gpu']),
  name: z.string(),
  tensorflow: z.string(),
  /** What the run's products were worked out in: `mixed` is bfloat16. */
  precision: z.enum(precisions).default('float32')
})

export const runSummarySchema = z.object({
  id: z.string(),
  /** Given once, from 1: the order in which runs came into the library. */
  number: z.number().int().min(1),
  name: z.string(),
  status: z.enum(runStatuses),
  /** Place in the palette of run colours; the run keeps it everywhere. */
  colour: z.number().int().min(0),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  /** Its name; null where a run of another program has none. */
  architecture: z.string().nullable(),
  parameters: z.number().nullable(),
  /** To be trained; null where a run of another program does not say. */
  epochs: z.number().nullable(),
  epochsDone: z.number(),
  /** Steps recorded. */
  steps: z.number().int().min(0),
  last: epochMetricsSchema.nullable(),
  /** By the figure that the recipe monitors; null where no epoch can be the best. */
  best: epochMetricsSchema.nullable(),
  /** Whether the last epoch has diverged. */
  diverged: z.boolean(),
  device: deviceSchema.nullable(),
  /** Why it failed or was interrupted. */
  error: errorSchema.nullable(),
  /** Why its folder cannot be read whole; such a run is listed with what is known of it. */
  problem: errorSchema.nullable(),
  notes: z.string(),
  tags: z.array(z.string()),
  starred: z.boolean(),
  archived: z.boolean(),
  deleted: z.boolean()
})

/** A value of a run's settings. */
export const settingValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const runDetailSchema = z.object({
  summary: runSummarySchema,
  /** With what was changed later, such as more epochs; null for a run of another program. */
  experiment: experimentSchema.nullable(),
  /** Of a run of another program, by free names; empty otherwise. */
  settings: z.record(z.string(), settingValueSchema),
  epochs: z.array(epochMetricsSchema),
  /** As the run knew it; null before it began and where a run of another program does not say. */
  stepsPerEpoch: z.number().int().min(1).nullable(),
  /** Names of its series, such as `loss` and `gradientNorm/PATH`. */
  series: z.array(z.string()),
  /** The newest record of its layers; null where it keeps none. */
  diagnostics: diagnosticsSchema.nullable()
})

/**
 * Whether a run ended before its last epoch, so that there is something to go on with, or was cut short before it could
 * say that it had ended.
 */
export const canContinue = ({ status, epochsDone, epochs }: RunSummary): boolean =>
  epochs !== null &&
  (status === 'interrupted' || ((status === 'stopped' || status === 'failed') && epochsDone < epochs))

export type StepMetrics = z.infer<typeof stepMetricsSchema>
export type EpochMetrics = z.infer<typeof epochMetricsSchema>
export type Diagnostics = z.infer<typeof diagnosticsSchema>
export type Evaluation = z.infer<typeof evaluationSchema>
export type RunEvaluation = z.infer<typeof runEvaluationSchema>
export type RunStatus = (typeof runStatuses)[number]
export type Device = z.infer<typeof deviceSchema>
export type RunSummary = z.infer<typeof runSummarySchema>
export type RunDetail = z.infer<typeof runDetailSchema>
