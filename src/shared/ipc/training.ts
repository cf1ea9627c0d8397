import { z } from 'zod'
import { experimentSchema } from '../experiment/schema'
import { speedsSchema } from '../run/speed'
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
  'training.connect': route(nothing, nothing),
  /** How fast this computer trains; nothing is known while its device is not. */
  'training.speeds': route(nothing, speedsSchema),
  /** Trains for a moment to see how fast that is; keeps no run. False where it was cancelled. */
  'training.measure': route(experimentSchema, z.boolean()),
  'training.cancelMeasure': route(nothing, nothing)
} as const

export const trainingEvents = [
  z.object({ type: z.literal('training'), state: trainingStateSchema.nullable() }),
  /** How far a measurement of the speed is, 0 to 1; null once it is over. */
  z.object({ type: z.literal('measuring'), fraction: z.number().nullable() }),
  /** More is known of this computer's speed. */
  z.object({ type: z.literal('speeds-changed') })
] as const
