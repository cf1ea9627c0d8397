import { app, session } from 'electron'

/**
 * Chromium's own services reach out by themselves: dictionaries for spelling, components, tests of whether IPv6 works,
 * a proxy that is looked for. None of them is wanted, so its whole network stack finds no host at all; the window's
 * files come by a scheme of our own, which needs none. What the user asks to be fetched, main fetches with Node's own
 * `https`, which this does not touch.
 */
const SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  // No name and no address is looked up or connected to; `session.resolveProxy` and the like fail too.
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  // Not even a proxy of the system is looked for or asked.
  ['no-proxy-server'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['no-pings']
]

/** Must be called before the app is ready. */
export function goOffline(): void {
  for (const [name, value] of SWITCHES) {
    if (value === undefined) app.commandLine.appendSwitch(name)
    else app.commandLine.appendSwitch(name, value)
  }
}

/** Must be called when the app is ready and before there is a window: else a dictionary is asked for. */
export function withoutSpelling(): void {
  session.defaultSession.setSpellCheckerEnabled(false)
  session.defaultSession.setSpellCheckerLanguages([])
}
