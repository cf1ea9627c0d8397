import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { launchApp, resize } from './launch.mjs'
import { needs, setUp } from './setup/steps.mjs'
import { say } from './setup/log.mjs'

/**
 * `npm run screenshots -- FOLDER [LIBRARY]`: every place of the window in both sizes, themes and
 * languages, over a copy of a library (or an empty one). Needs a display.
 */
const [folder, library] = process.argv.slice(2)
if (!folder) {
  say('usage: npm run screenshots -- FOLDER [LIBRARY]')
  process.exit(2)
}
await setUp(needs.app)
const work = await mkdtemp(join(tmpdir(), 'residuum-screenshots-'))
const own = join(work, 'library')
if (library) await cp(resolve(library), own, { recursive: true })
await mkdir(folder, { recursive: true })

const { app, page } = await launchApp({ library: own, settings: join(work, 'settings') })
try {
  await page.waitForFunction(() => /TensorFlow \d/.test(document.querySelector('[data-test=device]').textContent))
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080]
  ]) {
    await resize(app, width, height)
    for (const theme of ['light', 'dark']) {
      for (const locale of ['en', 'zh-CN']) {
        await page.evaluate((change) => window.residuum.request('settings.set', change), { theme, locale })
        for (const place of ['architecture', 'train', 'evaluate', 'compare', 'data']) {
          await page.click(`nav a[data-place=${place}]`)
          if (place === 'architecture')
            await page.click(width === 1280 ? '[data-preset=seed-resnet]' : '[data-preset=googlenet-small]')
          await page.waitForTimeout(700)
          await page.screenshot({ path: join(folder, `${place}-${width}-${theme}-${locale}.png`) })
        }
      }
    }
  }
} finally {
  await app.close()
  await rm(work, { recursive: true, force: true })
}
