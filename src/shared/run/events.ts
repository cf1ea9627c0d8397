import { z } from 'zod'
import { errorSchema } from '../errorRecord'
import { deviceSchema, diagnosticsSchema, epochMetricsSchema, evaluationSchema, stepMetricsSchema } from './schema'

/** How far a run is: sent at most ten times a second. */
export const progressSchema = z.object({
  phase: z.enum(['preparing', 'training', 'evaluating']),
  epoch: z.number().int().min(0),
  epochs: z.number().int(),
  /** Pictures done of those in this phase of the epoch. */
  done: z.number().int().min(0),
  total: z.number().int().min(0),
  /** Share of the whole run, 0 to 1. */
  fraction: z.number(),
  /** Training pictures a second over the last seconds; null before the first step. */
  imagesPerSecond: z.number().nullable(),
  /** Until the run's end; null while it cannot be told. */
  secondsLeft: z.number().nullable()
})

/** What a trainer tells, in order. The last one is always `ended`. */
export const trainingEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    device: deviceSchema,
    stepsPerEpoch: z.number().int(),
    /** The first step and epoch to come: not 0 where a run goes on from a checkpoint. */
    step: z.number().int(),
    epoch: z.number().int()
  }),
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('steps'), steps: z.array(stepMetricsSchema) }),
  z.object({ type: z.literal('epoch'), metrics: epochMetricsSchema, evaluation: evaluationSchema }),
  z.object({ type: z.literal('diagnostics'), diagnostics: diagnosticsSchema }),
  z.object({ type: z.literal('paused') }),
  z.object({ type: z.literal('resumed') }),
  /** Something is not as it should be that the run survives. */
  z.object({ type: z.literal('warning'), error: errorSchema }),
  /** The run waits for room on the disk that `error` names; nothing is dropped. */
  z.object({ type: z.literal('disk-full'), error: errorSchema }),
  /** There was room again, and it goes on. */
  z.object({ type: z.literal('recovered') }),
  z.object({
    type: z.literal('ended'),
    status: z.enum(['finished', 'stopped', 'failed']),
    error: errorSchema.nullable(),
    /** Whether early stopping ended it. */
    early: z.boolean()
  })
])

/** Whether it comes so often that it goes straight to the window, beside main. */
export const isFrequent = ({ type }: TrainingEvent): boolean =>
  type === 'steps' || type === 'progress' || type === 'diagnostics'

export type Progress = z.infer<typeof progressSchema>
export type TrainingEvent = z.infer<typeof trainingEventSchema>
