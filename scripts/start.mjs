import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { electronBinary, electronFlags } from './setup/electron.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm start`: sets up what is missing and opens the app, or without a display trains in the terminal. */
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)

if (hasDisplay) {
  await setUp(needs.app)
  const child = spawn(electronBinary(), [...electronFlags(), root, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
} else {
  await setUp(needs.engine)
  say('There is no display, so the window cannot open; the default experiment runs here instead.\n')
  const { status } = spawnSync(process.execPath, [join(root, 'out/main/cli.cjs'), 'train', ...process.argv.slice(2)], {
    stdio: 'inherit'
  })
  process.exit(status ?? 1)
}
