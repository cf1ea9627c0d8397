import { z } from 'zod'
import { appEvents } from './app'
import { architectureEvents } from './architectures'
import { runEvents } from './runs'
import { trainingEvents } from './training'

/** What main tells the window unasked. */
export const windowEventSchema = z.discriminatedUnion('type', [
  ...runEvents,
  ...architectureEvents,
  ...trainingEvents,
  ...appEvents
])
export type WindowEvent = z.infer<typeof windowEventSchema>
