import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent, type MessagePortMain, type WebFrameMain } from 'electron'
import { hasTooManyValues, LIMITS } from '../../shared/architecture/limits'
import { describeError, ResiduumError } from '../../shared/errors'
import { EVENT, PORT, REQUEST, type Answer } from '../../shared/ipc/channel'
import type { WindowEvent } from '../../shared/ipc/events'
import { routes, type RouteName, type RouteOutput, type Routes } from '../../shared/ipc/routes'
import type { z } from 'zod'
import { placedFault } from '../../shared/issues'
import type { Fault } from '../../shared/messages/coded'
import { WINDOW_ORIGIN } from '../protocol'

export type { WindowEvent } from '../../shared/ipc/events'

/** A handler gets parsed input only, never the raw event. */
export type Handlers<Names extends RouteName = RouteName> = {
  [R in Names]: (
    input: z.output<Routes[R]['input']>
  ) => z.input<Routes[R]['output']> | Promise<z.input<Routes[R]['output']>>
}

/** Answers the window's requests: sender, then route, then input are checked before a handler sees any of it. */
export function serveRequests(handlers: Handlers): void {
  ipcMain.handle(REQUEST, async (event, name: unknown, input: unknown): Promise<Answer<unknown>> => {
    try {
      return { ok: true, data: await answer(handlers, event, name, input) }
    } catch (error) {
      if (!(error instanceof ResiduumError)) console.error(error)
      return { ok: false, error: describeError(error) }
    }
  })
}

/** Tells the window something unasked. */
export const tellWindow = (window: BrowserWindow | null, event: WindowEvent): void =>
  window?.webContents.send(EVENT, event)

/** Gives the window a port on which a trainer posts. */
export const handPort = (window: BrowserWindow | null, port: MessagePortMain): void =>
  window?.webContents.postMessage(PORT, null, [port])

async function answer(
  handlers: Handlers,
  event: IpcMainInvokeEvent,
  name: unknown,
  input: unknown
): Promise<RouteOutput<RouteName>> {
  const refuse = (reason: Fault): ResiduumError =>
    new ResiduumError('bad-request', { route: String(name).slice(0, 50), reason })
  if (!isTrustedFrame(event.senderFrame)) throw refuse({ code: 'not-the-window', parameters: {} })
  if (typeof name !== 'string' || !Object.hasOwn(routes, name)) throw refuse({ code: 'no-such-route', parameters: {} })
  const route = name as RouteName
  if (hasTooManyValues(input)) {
    throw refuse({ code: 'too-many-in-all', parameters: { maximum: LIMITS.documentValues } })
  }
  const parsed = routes[route].input.safeParse(input)
  if (!parsed.success) throw refuse(placedFault(parsed.error.issues[0]!, input))
  const handler = handlers[route] as (value: unknown) => unknown
  return (await handler(parsed.data)) as RouteOutput<RouteName>
}

/** Only the top frame of our own origin may ask. */
function isTrustedFrame(frame: WebFrameMain | null): boolean {
  if (!frame || frame.parent) return false
  try {
    const { protocol, host } = new URL(frame.url)
    return `${protocol}//${host}` === WINDOW_ORIGIN
  } catch {
    return false
  }
}
