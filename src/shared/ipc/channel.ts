import type { ErrorRecord } from '../errorRecord'
import type { WindowEvent } from './events'
import type { RouteInput, RouteName, RouteOutput } from './routes'

/** Names of the channels between processes; nothing else crosses. */
export const REQUEST = 'residuum:request'
export const EVENT = 'residuum:event'
export const PORT = 'residuum:port'

/** The answer to a request: Electron's own rejection would keep no more than a message. */
export type Answer<T> = { ok: true; data: T } | { ok: false; error: ErrorRecord }

/** What the preload puts on `window.residuum`. */
export interface Bridge {
  request<R extends RouteName>(route: R, input: RouteInput<R>): Promise<Answer<RouteOutput<R>>>
  /** Gives a function that ends the subscription. */
  subscribe(listener: (event: WindowEvent) => void): () => void
}
