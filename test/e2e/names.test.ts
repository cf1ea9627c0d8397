import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import type { ArchitectureSummary, SavedArchitecture } from '../../src/shared/architecture/saved'
import { presets } from '../../src/shared/presets'

const root = mkdtempSync(join(tmpdir(), 'residuum-names-'))
const NAME = 'net \u202egnp a/b & c'
const WRITTEN = String.raw`net \u202egnp a/b & c`
const document = JSON.stringify({ ...presets['lenet-5'].architecture, name: NAME })
let app: ElectronApplication
let page: Page
/** What the app and its trainer write to the terminal. */
let terminal = ''

beforeAll(async () => {
  ;({ app, page } = await launchApp({ library: join(root, 'library'), settings: join(root, 'settings') }))
  page.setDefaultTimeout(30_000)
  for (const stream of [app.process().stdout!, app.process().stderr!]) {
    stream.on('data', (chunk: Buffer) => (terminal += String(chunk)))
  }
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const ask = <T>(route: string, input?: unknown): Promise<T> =>
  page.evaluate(
    async ([name, value]) => ((await window.residuum.request(name as never, value as never)) as { data: never }).data,
    [route, input] as const
  )
const drop = (bytes: Uint8Array): Promise<void> =>
  page.evaluate(
    (content) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(content)], 'dropped.json'))
      window.document
        .querySelector('[data-test=canvas], .view')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    },
    [...bytes]
  )
const message = (text: string): Promise<unknown> =>
  page.waitForSelector(`.el-message:has-text(${JSON.stringify(text)})`)

describe('a file that is dropped', () => {
  it('is called by the name of its encoding, and refused for a name that could not be kept', async () => {
    await page.click('nav a[data-place=architecture]')
    await drop(Buffer.from(document, 'utf16le'))
    await message('dropped.json is written in UTF-16 LE, and only UTF-8 is read')
    await drop(Buffer.concat([Buffer.from('{"name": "'), Buffer.from('b2d0b2eecdf8c2e7', 'hex'), Buffer.from('"}')]))
    await message('dropped.json is written in GBK')
    await drop(Buffer.from(document.replace('gnp', String.raw`\u0000gnp`)))
    await message(String.raw`holds the control character \u0000`)
    expect(await ask('architectures.list')).toEqual([])
  })

  it('may begin with a byte order mark, and its name is kept as it is', async () => {
    await drop(Buffer.from(`\ufeff${document}`))
    const names = async (): Promise<string[]> =>
      (await ask<ArchitectureSummary[]>('architectures.list')).map(({ name }) => name)
    await expect.poll(names).toEqual([NAME])
    const [{ id }] = (await ask<[ArchitectureSummary]>('architectures.list'))!
    expect((await ask<SavedArchitecture>('architectures.get', { id })).saved.name).toBe(NAME)
  })
})

describe('a name with marks of direction', () => {
  it('turns nothing beside it round', async () => {
    const order = await page.evaluate(() => {
      const heading = window.document.querySelector('[data-test=title]')!
      const mark = window.document.createElement('span')
      mark.textContent = ' •'
      heading.append(mark)
      const [name, after] = [heading.firstElementChild!.getBoundingClientRect(), mark.getBoundingClientRect()]
      mark.remove()
      return name.right <= after.left + 1
    })
    expect(order).toBe(true)
  })

  it('is written out in sentences, the menu and the name of a file', async () => {
    const [{ id }] = (await ask<[ArchitectureSummary]>('architectures.list'))!
    await page.click('[data-test=side-library]')
    await page.locator('.entry', { hasText: 'net' }).first().locator('button').nth(2).click()
    await page.waitForSelector('.notice')
    expect(await page.innerText('.notice')).toContain(WRITTEN)
    await page.click('[data-test=notice-action]')
    await expect.poll(async () => (await ask<ArchitectureSummary[]>('architectures.list')).length).toBe(1)

    await ask('menu.history', { undo: { code: 'rename', parameters: { name: NAME } }, redo: null })
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items.map(({ label }) => label) ?? [])
    )
    expect(labels).toContain(`Undo: Rename to ${WRITTEN.replace('&', '&&')}`)

    await app.evaluate(({ dialog }) => {
      dialog.showSaveDialog = ((_: unknown, { defaultPath }: { defaultPath: string }) => {
        ;(globalThis as { suggested?: string }).suggested = defaultPath
        return Promise.resolve({ canceled: true, filePath: undefined })
      }) as never
    })
    const { saved } = await ask<SavedArchitecture>('architectures.get', { id })
    await ask('files.export', { name: saved.name, kind: 'json', text: '{}' })
    const suggested = await app.evaluate(() => (globalThis as { suggested?: string }).suggested)
    expect(suggested).toBe('net _gnp a_b & c.json')
  })
})

describe('the terminal', () => {
  it('shows nothing of TensorFlow’s own log while a run is trained', async () => {
    const { architecture, recipe } = presets['lenet-5']
    const run = await ask<{ id: string }>('training.start', {
      ...{ format: 'residuum.experiment', version: 1, architecture, dataset: { name: 'cifar10' } },
      recipe: { ...recipe, epochs: 1, trainLimit: 64, testLimit: 10 }
    })
    const status = async (): Promise<string> =>
      (await ask<{ summary: { status: string } }>('runs.get', run)).summary.status
    await expect.poll(status, { timeout: 60_000 }).toBe('finished')
    await expect.poll(() => ask('training.state')).toBe(null)
    expect(terminal).not.toMatch(/absl|mlir|oneDNN|tensorflow\//i)
  })
})
