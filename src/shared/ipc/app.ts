import { z } from 'zod'
import { commandIds } from '../app/commands'
import { appInfoSchema } from '../app/info'
import { settingsChangeSchema, settingsSchema } from '../app/settings'
import { editNameSchema } from '../architecture/edit/history'
import { nothing, route } from './route'

/** The app itself: what it runs on, what it remembers, its menu. */
export const appRoutes = {
  'app.info': route(nothing, appInfoSchema),
  'settings.get': route(nothing, settingsSchema),
  'settings.set': route(settingsChangeSchema, settingsSchema),
  /** What Undo and Redo in the menu are called. */
  'menu.history': route(z.object({ undo: editNameSchema.nullable(), redo: editNameSchema.nullable() }), nothing)
} as const

export const appEvents = [
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  z.object({ type: z.literal('app-info'), info: appInfoSchema }),
  z.object({ type: z.literal('command'), id: z.enum(commandIds) })
] as const
