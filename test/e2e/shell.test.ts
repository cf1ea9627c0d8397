import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialogsClosed, launchApp, resize } from '../../scripts/launch.mjs'
import { noteFaults } from '../support/faults'

const root = mkdtempSync(join(tmpdir(), 'residuum-shell-'))
const settings = join(root, 'settings')
/** Where the usual library is looked for; the cache with Electron and the pictures stays the user's. */
const home = {
  XDG_DATA_HOME: join(root, 'data'),
  RESIDUUM_CACHE: process.env.RESIDUUM_CACHE ?? join(homedir(), '.cache', 'residuum')
}
let app: ElectronApplication
let page: Page
const faults: string[] = []

async function launch(library: string): Promise<void> {
  const launched = await launchApp({ library, settings, env: home })
  app = launched.app
  page = launched.page
  page.setDefaultTimeout(10_000)
  noteFaults(page, faults)
  await resize(app, 1280, 800)
}
async function close(): Promise<void> {
  await page.keyboard.press('Escape')
  await dialogsClosed(page)
}
/** Clicks an entry of the application's menu. */
const menu = (label: RegExp): Promise<void> =>
  app.evaluate(
    ({ Menu, BrowserWindow }, [source, flags]) => {
      const pattern = new RegExp(source!, flags)
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? [])
      const found = items.filter((item) => pattern.test(item.label))
      if (found.length !== 1) throw new Error(`${found.length} entries ${source}: ${items.map((i) => i.label).join()}`)
      found[0]!.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
    },
    [label.source, label.flags] as const
  )
const find = async (text: string): Promise<string[]> => {
  await page.keyboard.press('Control+Shift+P')
  await page.waitForSelector('[data-test=command-search]:focus')
  await page.fill('[data-test=command-search]', text)
  return page.locator('[data-test=command-palette] [data-found]').allInnerTexts()
}

beforeAll(async () => {
  mkdirSync(home.XDG_DATA_HOME)
  await launch(join(root, 'library'))
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('what opens over a place', () => {
  it.each([
    ['the settings', 'Control+,', /^Settings/, 'settings-dialog'],
    ['the commands', 'Control+Shift+P', /^All commands/, 'command-palette'],
    ['the shortcuts', 'Control+/', /^Keyboard shortcuts/, 'shortcuts']
  ])('%s by keys and by the menu, closed by Escape', async (_, keys, label, name) => {
    await page.keyboard.press(keys)
    await page.waitForSelector(`[data-test=${name}]`)
    await close()
    await menu(label)
    await page.waitForSelector(`[data-test=${name}]`)
    await close()
  })

  it('what the program is, by the menu', async () => {
    await menu(/^About/)
    expect(await page.innerText('[data-test=about]')).toMatch(/\d+\.\d+\.\d+/)
    await close()
  })

  it('each place by its number', async () => {
    for (const [index, place] of ['architecture', 'train', 'evaluate', 'compare', 'data'].entries()) {
      await page.keyboard.press(`Control+${index + 1}`)
      await page.waitForSelector(`nav a[data-place=${place}].router-link-active`)
    }
  })
})

describe('the list of commands', () => {
  it('goes to a place that is typed', async () => {
    expect((await find('Evaluate'))[0]).toContain('Evaluate')
    await page.keyboard.press('Enter')
    await dialogsClosed(page)
    await page.waitForSelector('nav a[data-place=evaluate].router-link-active')
  })

  it('opens an architecture, by clicking too', async () => {
    await find('googlenet')
    await page.click('[data-test=command-palette] [data-found]:has-text("googlenet-small")')
    await dialogsClosed(page)
    await page.waitForSelector('nav a[data-place=architecture].router-link-active')
    await expect.poll(() => page.innerText('[data-test=canvas]')).toContain('inception')
  })

  it('says where nothing is called so', async () => {
    expect(await find('no such thing at all')).toEqual([])
    await close()
  })
})

describe('the settings', () => {
  it('change language, theme and numbers at once', async () => {
    await page.keyboard.press('Control+,')
    await page.waitForSelector('[data-test=settings-dialog]')
    await page.click('[data-test=settings-dialog] label:has-text("Dark")')
    await page.waitForFunction(() => document.documentElement.classList.contains('dark'))
    await page.click('[data-numbers=plain]')
    await expect.poll(() => page.innerText('[data-test=settings-dialog]')).toContain('1234567.8')
    await page.click('[data-test=settings-dialog] label:has-text("中文")')
    await expect.poll(() => page.innerText('[data-test=settings-dialog]')).toContain('训练库')
    await close()
    expect(await page.innerText('nav')).toContain('比较')
  })

  it('stay over a restart', async () => {
    await app.close()
    await launch('')
    expect(await page.innerText('nav')).toContain('比较')
    expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(true)
  })

  it('have another library open from the next start on, and the usual one again', async () => {
    const other = join(root, 'other')
    mkdirSync(other)
    await app.evaluate(({ dialog }, folder) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] })
    }, other)
    await page.keyboard.press('Control+,')
    await page.click('[data-test=choose-library]')
    await expect.poll(() => page.innerText('[data-test=next-library]')).toContain(other)
    await app.close()
    await launch('')
    await page.keyboard.press('Control+,')
    await expect.poll(() => page.innerText('[data-folder=library]')).toContain(other)
    await page.click('[data-test=usual-library]')
    await expect.poll(() => page.innerText('[data-test=next-library]')).not.toContain(other)
    await close()
  })

  it('nothing went wrong meanwhile', () => {
    expect(faults).toEqual([])
  })
})
