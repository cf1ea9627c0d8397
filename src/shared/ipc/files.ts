import { z } from 'zod'
import { route } from './route'

/** Files that the user chooses. */
export const fileRoutes = {
  /** Asks where to, suggesting the name, and writes the text there whole or not at all; null when nowhere was chosen. */
  'files.export': route(
    z.object({ name: z.string().max(200), kind: z.enum(['json', 'python']), text: z.string().max(50_000_000) }),
    z.object({ file: z.string() }).nullable()
  )
} as const
