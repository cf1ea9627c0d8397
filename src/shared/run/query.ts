import { z } from 'zod'
import { runStatuses } from './schema'

/** What a list of runs can be sorted by. */
export const runSortKeys = [
  'createdAt',
  'number',
  'name',
  'status',
  'testAccuracy',
  'epochsDone',
  'parameters',
  'seconds'
] as const

/** Which runs a list holds. */
export const runShelves = ['current', 'archived', 'deleted'] as const

/** Runs without a value to sort by come last. */
export const runSortSchema = z.object({ by: z.enum(runSortKeys), descending: z.boolean() })

/** A page of the library's runs. */
export const runQuerySchema = z.object({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
  sort: runSortSchema.default({ by: 'createdAt', descending: true }),
  /** Contained in the name, whatever its case. */
  text: z.string().max(200).default(''),
  status: z.array(z.enum(runStatuses)).nullable().default(null),
  shelf: z.enum(runShelves).default('current'),
  /** Only runs with at least one whole epoch. */
  evaluated: z.boolean().default(false)
})

export type RunSort = z.infer<typeof runSortSchema>
export type RunSortKey = (typeof runSortKeys)[number]
export type RunShelf = (typeof runShelves)[number]
export type RunQuery = z.infer<typeof runQuerySchema>
export type RunQueryInput = z.input<typeof runQuerySchema>
