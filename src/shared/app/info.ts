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
  cacheFolder: z.string(),
  /** Null while TensorFlow is still being loaded or where it cannot be. */
  device: deviceSchema.nullable(),
  deviceError: errorSchema.nullable()
})
export type AppInfo = z.infer<typeof appInfoSchema>
