import { z } from 'zod'
import { experimentSchema } from '../experiment/schema'
import { trainingStateSchema } from '../run/training'
import { byId, nothing, route } from './route'

/** The run in progress. */
export const trainingRoutes = {
  'training.start': route(experimentSchema, byId),
  /** Goes on with an ended run from its newest checkpoint. */
  'training.continue': route(byId, nothing),
  'training.pause': route(nothing, nothing),
  'training.resume': route(nothing, nothing),
  'training.stop': route(nothing, nothing),
  'training.state': route(nothing, trainingStateSchema.nullable()),
  /** Asks for a port on which the trainer posts steps and progress; it arrives as a window message. */
  'training.connect': route(nothing, nothing)
} as const

export const trainingEvents = [
  z.object({ type: z.literal('training'), state: trainingStateSchema.nullable() })
] as const
