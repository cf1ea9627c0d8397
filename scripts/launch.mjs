import { _electron } from 'playwright-core'
import process from 'node:process'
import { electronBinary, electronFlags } from './setup/electron.mjs'
import { root } from './setup/folders.mjs'

/**
 * Launches the built app for tests and screenshots, with a library and settings of its own.
 * @param options { library, settings, env, executable, flags }: `executable` stands for Electron, `flags` are Chromium's
 */
export async function launchApp({ library, settings, env = {}, executable = electronBinary(), flags = [] }) {
  const app = await _electron.launch({
    executablePath: executable,
    args: [...electronFlags(), ...flags, root],
    cwd: root,
    // The app itself sets the scheme.
    colorScheme: null,
    env: { ...process.env, RESIDUUM_LIBRARY: library, RESIDUUM_SETTINGS: settings, ...env }
  })
  // Another window may come before it and go: the one that tells of a migration.
  const isOwn = (page) => page.url().startsWith('residuum:')
  const page =
    app.windows().find(isOwn) ??
    (await app.waitForEvent('window', {
      predicate: async (page) => {
        await page.waitForLoadState().catch(() => undefined)
        return isOwn(page)
      }
    }))
  await page.waitForSelector('nav a[data-place]')
  return { app, page }
}

/** Gives the window's contents that size. */
export async function resize(app, width, height) {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(size.width, size.height),
    { width, height }
  )
}

/** Waits until no dialog lies over the place that is open. */
export async function dialogsClosed(page) {
  await page.waitForFunction(() => !document.querySelector('.el-overlay:not([style*="display: none"])'))
}
