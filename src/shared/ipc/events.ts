import { z } from 'zod'
import { commandIds } from '../app/commands'
import { runSummarySchema } from '../run/schema'
import { settingsSchema } from '../app/settings'
import { appInfoSchema, trainingStateSchema } from './routes'

/** What main tells the window unasked. */
export const windowEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-added'), run: runSummarySchema }),
  z.object({ type: z.literal('run-changed'), run: runSummarySchema }),
  z.object({ type: z.literal('run-removed'), id: z.string() }),
  /** Architectures were added, changed or removed. */
  z.object({ type: z.literal('architectures-changed') }),
  z.object({ type: z.literal('training'), state: trainingStateSchema.nullable() }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  z.object({ type: z.literal('app-info'), info: appInfoSchema }),
  z.object({ type: z.literal('command'), id: z.enum(commandIds) })
])
export type WindowEvent = z.infer<typeof windowEventSchema>
