import { tryOnScopeDispose, useEventListener } from '@vueuse/core'
import { errorSchema } from '../../shared/errorRecord'
import { ResiduumError } from '../../shared/errors'
import { PORT, type Bridge } from '../../shared/ipc/channel'
import { windowEventSchema, type WindowEvent } from '../../shared/ipc/events'
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/routes'

declare global {
  interface Window {
    residuum: Bridge
  }
}

/** Asks main. Throws ResiduumError with main's code, which the screen puts into words. */
export async function request<R extends RouteName>(
  route: R,
  ...[input]: undefined extends RouteInput<R> ? [] : [RouteInput<R>]
): Promise<RouteOutput<R>> {
  const answer = await window.residuum.request(route, input as RouteInput<R>)
  if (answer.ok) return answer.data
  throw ResiduumError.of(errorSchema.parse(answer.error))
}

/** Hears what main tells unasked, for as long as the calling component or store is there. */
export function useWindowEvents(hear: (event: WindowEvent) => void): void {
  tryOnScopeDispose(window.residuum.subscribe((event) => hear(windowEventSchema.parse(event))))
}

/** Takes the ports to trainers that main hands over, for as long as the calling component or store is there. */
export function useTrainerPort(take: (port: MessagePort) => void): void {
  useEventListener(window, 'message', ({ data, ports, source }) => {
    if (source === window && data === PORT) take(ports[0]!)
  })
}
