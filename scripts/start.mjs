import process from 'node:process'
import { hangUpWithNpm, runTied } from './children.mjs'
import { electronBinary, electronFlags } from './setup/electron.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm start`: sets up what is missing and opens the app, or without a display trains in the terminal. */
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)

if (hasDisplay) {
  hangUpWithNpm()
  await setUp(needs.app)
  const args = [...electronFlags(), root, ...process.argv.slice(2)]
  // The app ends, saving its run, when this process is killed and can hand nothing on.
  const env = { ...process.env, RESIDUUM_LAUNCHER: String(process.pid) }
  // In a group of its own: a terminal's signal to all of the group would take Chromium's helpers from under it, and it
  // would fall before the run is saved.
  process.exit(await runTied(electronBinary(), args, { env, detached: true }))
} else {
  await setUp(needs.engine)
  say('There is no display, so the window cannot open; the default experiment runs here instead.\n')
  process.argv.splice(2, 0, 'train')
  await import('./command.mjs')
}
