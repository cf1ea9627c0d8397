import { z } from 'zod'
import { errorSchema } from '../errorRecord'
import { progressSchema } from './events'

/** The run in progress as main sees it. */
export const trainingStateSchema = z.object({
  run: z.string(),
  status: z.enum(['running', 'paused', 'stopping']),
  progress: progressSchema.nullable(),
  warning: errorSchema.nullable()
})
export type TrainingState = z.infer<typeof trainingStateSchema>
