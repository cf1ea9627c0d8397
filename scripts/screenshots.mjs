import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { dialogsClosed, launchApp, resize } from './launch.mjs'
import { libraryFor, libraryNames } from './screenshots/libraries.mjs'
import { electronBinary, electronFlags } from './setup/electron.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { run } from './setup/run.mjs'
import { needs, setUp } from './setup/steps.mjs'

/**
 * `npm run screenshots -- FOLDER [--library NAME ...]`: every place of the window over an empty, a usual and a crowded
 * library: all sizes in one theme and language, all themes and languages at 1280x800, and contact sheets of each. The libraries
 * are trained once, below FOLDER. Needs a display.
 */
const usage = `usage: npm run screenshots -- FOLDER [--library ${libraryNames.join('|')} ...]`
const { values, positionals } = parseArgs({
  options: { library: { type: 'string', multiple: true, default: libraryNames } },
  allowPositionals: true
})
const [folder] = positionals.map((path) => resolve(path))
if (!folder || values.library.some((name) => !libraryNames.includes(name))) {
  say(usage)
  process.exit(2)
}
const SIZES = ['1024x700', '1280x800', '1366x768', '1920x1080']
const USUAL = '1280x800'
const looks = [
  ...SIZES.map((size) => ({ size, theme: 'light', locale: 'en' })),
  { size: USUAL, theme: 'light', locale: 'zh-CN' },
  { size: USUAL, theme: 'dark', locale: 'en' },
  { size: USUAL, theme: 'dark', locale: 'zh-CN' }
]
const places = ['architecture', 'train', 'evaluate', 'compare', 'data']
/** What opens over a place, by its keys. */
const dialogs = { settings: 'Control+,', palette: 'Control+Shift+P', shortcuts: 'Control+/' }
/** What is open in the editor: a drawing that fits, and one of the largest. */
const PRESETS = { empty: 'seed-resnet', usual: 'resnet-20', crowded: 'googlenet-small' }
/** Until curves, pictures and drawings that were asked for are there. */
const SETTLED_MS = 900

await setUp(needs.app)
await mkdir(folder, { recursive: true })
for (const name of values.library) await photograph(name, await libraryFor(join(folder, 'libraries'), name))

async function photograph(name, library) {
  const work = await mkdtemp(join(tmpdir(), 'residuum-screenshots-'))
  // The window writes its index into the library.
  await cp(library, join(work, 'library'), { recursive: true })
  const taken = new Map()
  const { app, page } = await launchApp({ library: join(work, 'library'), settings: join(work, 'settings') })
  try {
    await page.waitForFunction(() => /TensorFlow \d/.test(document.querySelector('[data-test=device]').textContent))
    for (const { size, theme, locale } of looks) {
      await resize(app, ...size.split('x').map(Number))
      await page.evaluate((change) => window.residuum.request('settings.set', change), { theme, locale })
      for (const place of places) {
        await page.click(`nav a[data-place=${place}]`)
        if (place === 'architecture') await page.click(`[data-preset=${PRESETS[name]}]`)
        await take(place)
      }
      for (const [dialog, keys] of Object.entries(dialogs)) {
        await page.keyboard.press(keys)
        await take(dialog)
        await page.keyboard.press('Escape')
        await dialogsClosed(page)
      }

      async function take(screen) {
        await page.waitForTimeout(SETTLED_MS)
        const file = join(folder, `${name}-${screen}-${size}-${theme}-${locale}.png`)
        await page.screenshot({ path: file })
        taken.set(screen, [...(taken.get(screen) ?? []), file])
      }
    }
  } finally {
    await app.close()
    await rm(work, { recursive: true, force: true })
  }
  for (const [place, pictures] of taken) {
    const sheet = join(folder, `sheet-${name}-${place}.png`)
    const script = join(root, 'scripts/screenshots/sheet')
    await run(electronBinary(), [...electronFlags(), script, '--sheet', sheet, '3', ...pictures], { cwd: root })
  }
  say(`${name}: ${[...taken.values()].flat().length} pictures and ${taken.size} sheets in ${folder}`)
}
