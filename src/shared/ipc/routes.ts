import type { z } from 'zod'
import { appRoutes } from './app'
import { architectureRoutes } from './architectures'
import { datasetRoutes } from './datasets'
import { fileRoutes } from './files'
import { runRoutes } from './runs'
import { trainingRoutes } from './training'

/** Every request there is. The handlers' type is made from this: a missing one does not compile. */
export const routes = {
  ...appRoutes,
  ...runRoutes,
  ...architectureRoutes,
  ...fileRoutes,
  ...trainingRoutes,
  ...datasetRoutes
} as const

export type Routes = typeof routes
export type RouteName = keyof Routes
export type RouteInput<R extends RouteName> = z.input<Routes[R]['input']>
export type RouteOutput<R extends RouteName> = z.output<Routes[R]['output']>
