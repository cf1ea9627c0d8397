import { z } from 'zod'
import { architectureSchema } from './schema'

/** One of the user's architectures as a list shows it. */
export const architectureSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** The newest saved version, from 1. */
  version: z.number().int().min(1),
  /** Of that version; 0 where it has problems. */
  parameters: z.number(),
  /** Whether something is drawn that is not saved yet. */
  hasDraft: z.boolean()
})

export const savedArchitectureSchema = z.object({
  summary: architectureSummarySchema,
  saved: architectureSchema,
  draft: architectureSchema.nullable()
})

export const architectureVersionSchema = z.object({
  version: z.number().int().min(1),
  savedAt: z.number(),
  parameters: z.number()
})

export type ArchitectureSummary = z.infer<typeof architectureSummarySchema>
export type SavedArchitecture = z.infer<typeof savedArchitectureSchema>
export type ArchitectureVersion = z.infer<typeof architectureVersionSchema>
