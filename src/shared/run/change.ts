import { z } from 'zod'
import { runSummarySchema } from './schema'

/** What happened to the runs that lists show. A run in the trash is gone for them; put back it is added. */
export const libraryChangeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-added'), run: runSummarySchema }),
  z.object({ type: z.literal('run-changed'), run: runSummarySchema }),
  z.object({ type: z.literal('run-removed'), id: z.string() })
])
export type LibraryChange = z.infer<typeof libraryChangeSchema>
