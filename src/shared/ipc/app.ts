import { z } from 'zod'
import { commandIds } from '../app/commands'
import { appFolders, appInfoSchema, folderSizesSchema } from '../app/info'
import { settingsChangeSchema, settingsSchema } from '../app/settings'
import { editNameSchema } from '../architecture/edit/history'
import { nothing, route } from './route'

/** The app itself: what it runs on, what it remembers, its menu. */
export const appRoutes = {
  'app.info': route(nothing, appInfoSchema),
  /** How many bytes the app's folders take now. */
  'app.folderSizes': route(nothing, folderSizesSchema),
  /** Shows a folder in the system's file manager. */
  'app.showFolder': route(z.object({ folder: z.enum(appFolders) }), nothing),
  /** Asks the user for the library's folder from the next start on; what is chosen comes as settings. */
  'app.chooseLibrary': route(nothing, nothing),
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
