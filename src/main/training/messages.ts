import { z } from 'zod'
import { experimentSchema } from '../../shared/experiment/schema'
import { errorSchema } from '../../shared/errorRecord'
import { trainingEventSchema } from '../../shared/run/events'
import { deviceSchema } from '../../shared/run/schema'

/** What main tells the trainer process. A `port` message carries one on which to post to the window. */
export const trainerRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('examine') }),
  z.object({
    type: z.literal('train'),
    experiment: experimentSchema,
    folder: z.string(),
    resume: z.boolean(),
    evaluationSpace: z.number(),
    checkpointSpace: z.number()
  }),
  /** Multiply matrices to see how fast the machine is. */
  z.object({ type: z.literal('rate') }),
  /** Train an experiment for a moment, of which nothing is kept. */
  z.object({ type: z.literal('measure'), experiment: experimentSchema, seconds: z.number().positive() }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('port') })
])

/** What the trainer process tells main. */
export const trainerReplySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('examined'),
    device: deviceSchema.nullable(),
    error: errorSchema.nullable()
  }),
  /** Multiply-adds a second of a matrix product. */
  z.object({ type: z.literal('rated'), product: z.number().positive() }),
  /** The part of a measurement that is over, 0 to 1. */
  z.object({ type: z.literal('measuring'), fraction: z.number() }),
  z.object({ type: z.literal('measured'), imagesPerSecond: z.number().positive() }),
  /** Why speeds cannot be told. */
  z.object({ type: z.literal('refused'), error: errorSchema }),
  z.object({ type: z.literal('event'), event: trainingEventSchema })
])

export type TrainerRequest = z.infer<typeof trainerRequestSchema>
export type TrainerReply = z.infer<typeof trainerReplySchema>
