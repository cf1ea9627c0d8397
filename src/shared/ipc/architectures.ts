import { z } from 'zod'
import { architectureSummarySchema, architectureVersionSchema, savedArchitectureSchema } from '../architecture/saved'
import { architectureSchema } from '../architecture/schema'
import { byId, givenName, nothing, route } from './route'

/** The architectures of the library. */
export const architectureRoutes = {
  'architectures.list': route(nothing, z.array(architectureSummarySchema)),
  'architectures.get': route(byId, savedArchitectureSchema),
  'architectures.create': route(architectureSchema, architectureSummarySchema),
  /** Keeps what is drawn and not saved; null when nothing is. */
  'architectures.draft': route(byId.extend({ architecture: architectureSchema.nullable() }), nothing),
  'architectures.save': route(byId.extend({ architecture: architectureSchema }), architectureSummarySchema),
  'architectures.rename': route(byId.extend({ name: givenName }), nothing),
  'architectures.delete': route(byId, nothing),
  'architectures.restore': route(byId, nothing),
  'architectures.versions': route(byId, z.array(architectureVersionSchema)),
  'architectures.version': route(byId.extend({ version: z.number().int().min(1) }), architectureSchema),
  /** Asks the user for a file; null when none was chosen. */
  'architectures.import': route(nothing, z.object({ file: z.string(), architecture: architectureSchema }).nullable())
} as const

export const architectureEvents = [
  /** Architectures were added, changed or removed. */
  z.object({ type: z.literal('architectures-changed') })
] as const
