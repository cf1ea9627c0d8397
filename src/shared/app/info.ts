import { z } from 'zod'
import { errorSchema } from '../errorRecord'
import { deviceSchema } from '../run/schema'

/** What this app is and runs on. */
export const appInfoSchema = z.object({
  version: z.string(),
  electron: z.string(),
  chromium: z.string(),
  node: z.string(),
  /** True on the Electron for closed networks, which gets no security updates any more. */
  outdated: z.boolean(),
  libraryFolder: z.string(),
  /** Where the library is unless the user chooses another. */
  usualLibrary: z.string(),
  /** Whether RESIDUUM_LIBRARY says where it is, and no choice counts. */
  libraryGiven: z.boolean(),
  cacheFolder: z.string(),
  /** Null while TensorFlow is still being loaded or where it cannot be. */
  device: deviceSchema.nullable(),
  deviceError: errorSchema.nullable()
})
export type AppInfo = z.infer<typeof appInfoSchema>

/** Folders of the app that the user may look into. */
export const appFolders = ['library', 'cache'] as const
export type AppFolder = (typeof appFolders)[number]
/** Bytes that each takes. */
export const folderSizesSchema = z.object({ library: z.number(), cache: z.number() })
export type FolderSizes = z.infer<typeof folderSizesSchema>
