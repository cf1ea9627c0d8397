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
    evaluationSpace: z.number()
  }),
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
  z.object({ type: z.literal('event'), event: trainingEventSchema })
])

export type TrainerRequest = z.infer<typeof trainerRequestSchema>
export type TrainerReply = z.infer<typeof trainerReplySchema>
