import { ResiduumError } from '../../shared/errors'
import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/routes'

/** Asks main. Throws ResiduumError with main's code, which the screen puts into words. */
export async function request<R extends RouteName>(
  route: R,
  ...[input]: undefined extends RouteInput<R> ? [] : [RouteInput<R>]
): Promise<RouteOutput<R>> {
  const answer = await window.residuum.request(route, input as RouteInput<R>)
  if (answer.ok) return answer.data
  throw ResiduumError.of(answer.error)
}
