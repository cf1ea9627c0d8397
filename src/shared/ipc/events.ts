import { z } from 'zod'
import { commandIds } from '../commands'
import { settingsSchema } from '../settings'
import { appInfoSchema, trainingStateSchema } from './routes'

/** What main tells the window unasked. */
export const windowEventSchema = z.discriminatedUnion('type', [
  /** Runs were added, changed or removed; `id` names the one when it is one. */
  z.object({ type: z.literal('runs-changed'), id: z.string().nullable() }),
  /** Architectures were added, changed or removed. */
  z.object({ type: z.literal('architectures-changed') }),
  z.object({ type: z.literal('training'), state: trainingStateSchema.nullable() }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  z.object({ type: z.literal('app-info'), info: appInfoSchema }),
  z.object({ type: z.literal('command'), id: z.enum(commandIds) })
])
export type WindowEvent = z.infer<typeof windowEventSchema>
