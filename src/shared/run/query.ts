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

/** How a condition compares. Texts are compared whatever their case; a number is never `contains`. */
export const conditionOperators = ['=', '!=', '<', '<=', '>', '>=', 'contains'] as const

/**
 * What a run must have to be listed. A field is one of the sort keys or a setting, as `optimizer.learningRate`, `dataset`
 * or a free name of a stranger's. A run that lacks the field fulfils no condition but `!=`.
 */
export const runConditionSchema = z.object({
  field: z.string().min(1).max(200),
  operator: z.enum(conditionOperators),
  value: z.union([z.string().max(1000), z.number()])
})
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
  evaluated: z.boolean().default(false),
  /** All of these hold. */
  conditions: z.array(runConditionSchema).max(50).default([])
})

export type RunSortKey = (typeof runSortKeys)[number]
export type RunCondition = z.infer<typeof runConditionSchema>
export type RunConditionInput = z.input<typeof runConditionSchema>
export type RunShelf = (typeof runShelves)[number]
export type RunQueryInput = z.input<typeof runQuerySchema>
