import { z } from 'zod'
import { libraryChangeSchema } from '../run/change'
import { curveRequestSchema, curveSchema } from '../run/curves'
import { runQuerySchema } from '../run/query'
import { runDetailSchema, runEvaluationSchema, runSummarySchema } from '../run/schema'
import { byId, givenName, nothing, route } from './route'

/** The runs of the library. */
export const runRoutes = {
  /** A page of the runs, and how many there are in all. */
  'runs.list': route(runQuerySchema, z.object({ runs: z.array(runSummarySchema), total: z.number().int() })),
  'runs.get': route(byId, runDetailSchema),
  /** Curves of many runs at once, in the order asked for; a series that a run lacks has no points. */
  'runs.curves': route(z.array(curveRequestSchema).max(4000), z.array(curveSchema)),
  /** Predictions after that epoch, null for the best; where those are not kept, the best's, or the last. */
  'runs.evaluation': route(byId.extend({ epoch: z.number().int().min(0).nullable() }), runEvaluationSchema),
  'runs.rename': route(byId.extend({ name: givenName }), nothing),
  /** Puts a run into the trash, where it is kept for 30 days. */
  'runs.delete': route(byId, nothing),
  'runs.restore': route(byId, nothing)
} as const

export const runEvents = libraryChangeSchema.options
