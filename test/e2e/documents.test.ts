import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'
import { removeNodes } from '../../src/shared/architecture/edit'
import type { ArchitectureSummary, SavedArchitecture } from '../../src/shared/architecture/saved'
import type { Architecture, ArchitectureNode } from '../../src/shared/architecture/schema'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { lenet5 } from '../../src/shared/presets/lenet5'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import type { RunSummary } from '../../src/shared/run/schema'
import { addRun, epochRecord, started } from '../support/runFolders'
import { noteFaults } from '../support/faults'

// Each test goes on where the one before it stopped.
const root = mkdtempSync(join(tmpdir(), 'residuum-documents-'))
const library = join(root, 'library')
let app: ElectronApplication
let page: Page
const faults: string[] = []

const ask = <T>(route: string, input?: unknown): Promise<T> =>
  page.evaluate(
    async ([name, value]) => {
      const answer = (await window.residuum.request(name as never, value as never)) as { data: never }
      return answer.data
    },
    [route, input] as const
  )
const list = (): Promise<ArchitectureSummary[]> => ask('architectures.list')
const names = async (): Promise<string[]> => (await list()).map(({ name }) => name)
const title = (): Promise<string> => page.innerText('[data-test=title]')
const draw = (name: string, nodes: ArchitectureNode[]): Architecture => ({ ...lenet5(), name, graph: sequence(nodes) })

async function openNew(architecture: Architecture): Promise<void> {
  const { name } = await ask<ArchitectureSummary>('architectures.create', architecture)
  await page.click(`[data-architecture="${name}"]`)
  await expect.poll(title).toBe(name)
}

async function showProblems(): Promise<void> {
  if ((await page.locator('[data-test=problems]').count()) === 0) await page.click('[data-test=panel-problems]')
  await page.waitForSelector('[data-test=problems]')
}
const codes = (): Promise<(string | null)[]> =>
  page
    .locator('[data-test=problems] li[data-code]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-code')))

beforeAll(async () => {
  await addRun(library, [started(1), epochRecord(0)])
  const launched = await launchApp({ library, settings: join(root, 'settings') })
  app = launched.app
  page = launched.page
  page.setDefaultTimeout(15_000)
  noteFaults(page, faults)
  await resize(app, 1280, 800)
  await page.waitForSelector('[data-test=new]')
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('documents', () => {
  it('are made once by a double click on New, Import and Duplicate', async () => {
    const file = join(root, 'net.json')
    writeFileSync(file, JSON.stringify(lenet5()))
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, file)
    await page.dblclick('[data-test=new]')
    await expect.poll(title).toBe('untitled')
    await page.dblclick('[data-test=import]')
    await expect.poll(title).toBe('lenet-5 2')
    await page.click('[data-preset=seed-resnet]')
    await page.dblclick('[data-test=duplicate-preset]')
    await expect.poll(title).toBe('seed-resnet 2')
    // Whatever a second click had made would be there by now.
    await page.waitForTimeout(500)
    expect(await names()).toEqual(['lenet-5 2', 'seed-resnet 2', 'untitled'])
  })

  it('get names of their own, also where several are made at once', async () => {
    const made = await page.evaluate(
      (architecture) =>
        Promise.all(
          [1, 2, 3].map(async () => {
            const answer = await window.residuum.request('architectures.create', architecture)
            return answer.ok ? answer.data.name : answer.error.code
          })
        ),
      lenet5()
    )
    expect(made.sort()).toEqual(['lenet-5 3', 'lenet-5 4', 'lenet-5 5'])
    await page.click('[data-architecture="lenet-5 4"]')
    await page.click('[data-architecture="lenet-5 4"]', { button: 'right' })
    await page.click('[data-item=duplicate]')
    await expect.poll(title).toBe('lenet-5 6')
  })

  it('are renamed from the old name, selected; what is refused stays with the reason', async () => {
    await page.click('[data-architecture="untitled"]')
    await page.focus('[data-architecture="untitled"]')
    await page.keyboard.press('F2')
    const input = page.locator('.el-message-box input')
    const selected = (): Promise<string> =>
      input.evaluate((one: HTMLInputElement) => one.value.slice(one.selectionStart!, one.selectionEnd!))
    await expect.poll(selected).toBe('untitled')
    const long = 'n'.repeat(201)
    await input.fill(long)
    await page.keyboard.press('Enter')
    expect(await page.innerText('.el-message-box__errormsg')).toContain('201 characters, and at most 200')
    expect(await input.inputValue()).toBe(long)
    await input.fill('n'.repeat(200))
    await page.keyboard.press('Enter')
    await page.waitForSelector('.el-message-box', { state: 'detached' })
    expect(await names()).toContain('n'.repeat(200))
    // Cut, with the whole on hover, beside buttons that keep their room.
    const entry = page.locator('.entry.chosen')
    expect(await entry.locator('bdi').getAttribute('title')).toBe('n'.repeat(200))
    const [name, act] = [await entry.locator('bdi').boundingBox(), await entry.locator('[data-rename]').boundingBox()]
    expect(name!.x + name!.width).toBeLessThanOrEqual(act!.x)
  })

  it('are seen in the list when they are opened', async () => {
    for (let count = 0; count < 12; count++) await ask('architectures.create', { ...lenet5(), name: `a ${count}` })
    await openNew({ ...lenet5(), name: 'zz last' })
    await page.locator('[data-preset=googlenet-small]').scrollIntoViewIfNeeded()
    await page.keyboard.press('Control+n')
    await expect.poll(title).toBe('untitled')
    await expect
      .poll(() =>
        page.locator('.entry.chosen').evaluate((entry) => {
          const { top, bottom } = entry.getBoundingClientRect()
          const around = entry.closest('.scrolled')!.getBoundingClientRect()
          return top >= around.top - 1 && bottom <= around.bottom + 1
        })
      )
      .toBe(true)
  })

  it('are acted on by a right click and by key, and had back after they were deleted', async () => {
    await page.click('[data-architecture="a 1"]', { button: 'right' })
    await page.click('[data-item=duplicate]')
    await expect.poll(title).toBe('a 1 2')
    await page.focus('[data-architecture="a 1 2"]')
    await page.keyboard.press('Delete')
    await expect.poll(names).not.toContain('a 1 2')
    await page.click('[data-test=notice-action]')
    await expect.poll(names).toContain('a 1 2')
    await expect.poll(title).toBe('a 1 2')
  })
})

describe('the drawing of a run', () => {
  it('is looked at without a document being made of it, until it is duplicated', async () => {
    const before = await names()
    await page.click('nav a[data-place=compare]')
    const [run] = (await ask<{ runs: RunSummary[] }>('runs.list', {})).runs
    await page.locator('[data-test=runs] tbody tr', { hasText: run!.name }).locator('[data-test=drawing]').click()
    await page.waitForSelector('[data-test=locked]')
    expect(await page.innerText('[data-test=locked]')).toContain(run!.name)
    await expect.poll(title).toContain(run!.name)
    await page.waitForTimeout(500)
    expect(await names()).toEqual(before)
    await page.click('[data-test=duplicate-preset]')
    await page.waitForSelector('[data-test=locked]', { state: 'detached' })
    expect(await names()).toHaveLength(before.length + 1)
  })
})

describe('problems', () => {
  it('of several nodes that are equal are one line, mended together and undone in one step', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => [
      layer(`conv${index}`, 'Conv2d', { out_channels: 8, kernel_size: 3, padding: 1 }),
      layer(`bn${index}`, 'BatchNorm2d')
    ])
    await openNew(
      draw('biases', [...rows.flat(), layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })])
    )
    await showProblems()
    expect(await codes()).toEqual(['bias-before-norm'])
    expect(await page.innerText('[data-test=times]')).toBe('9×')
    // The text has its room, and a node is shown by its name.
    expect((await page.locator('[data-test=problems] .said').boundingBox())!.width).toBeGreaterThan(300)
    await page.click('[data-place=conv2]')
    await expect.poll(() => page.inputValue('[data-test=field-name]')).toBe('conv2')
    await page.click('[data-test=fix]')
    await expect.poll(codes).toEqual([])
    await page.focus('[data-test=canvas]')
    await page.keyboard.press('Control+z')
    await expect.poll(codes).toEqual(['bias-before-norm'])
    expect(await page.innerText('[data-test=times]')).toBe('9×')
  })

  it('say nothing of the end of a network that has none yet', async () => {
    const { nodes } = seedResnet().blocks.residual!.graph
    const block = nodes.filter((node) => node.type === 'layer' && node.id !== 'add' && node.id !== 'shortcut')
    const plain = block.map((node) => layer(node.id, (node as { kind: string }).kind, numbersOf(node)))
    await openNew(draw('block', plain))
    await showProblems()
    expect(await codes()).toEqual([])
    expect(await page.innerText('[data-test=problems]')).toContain('still needs its end')
    expect(await page.innerText('[data-test=unfinished]')).toBe('no end yet')
    await page.click('[data-test=new]')
    await expect.poll(title).toContain('untitled')
    await showProblems()
    expect(await codes()).toEqual([])
  })

  it('in a block have their path before the name, and are mended by its parameters', async () => {
    const broken = removeNodes(seedResnet(), 'residual', ['shortcut'])
    await openNew({ ...broken, name: 'no shortcut' })
    await showProblems()
    expect(await page.locator('[data-code=unequal-shapes] .where').first().innerText()).toBe('block3.0.add')
    await page.locator('[data-code=unequal-shapes] [data-test=fix]').click()
    await expect.poll(codes).not.toContain('unequal-shapes')
    await page.waitForTimeout(500)
    const { id } = (await list()).find(({ name }) => name === 'no shortcut')!
    const { draft } = await ask<SavedArchitecture>('architectures.get', { id })
    expect(draft!.blocks.residual!.graph.nodes.find((node) => node.id === 'shortcut')).toMatchObject({
      attributes: { out_channels: '=channel_out', kernel_size: 1, stride: '=stride' },
      when: '=add_conv1_1'
    })
  })
})

describe('a preset', () => {
  it('says where it is chosen what it is for, how large it is, how long it takes and what it came to', async () => {
    await page.waitForFunction(() => /TensorFlow \d/.test(document.querySelector('[data-test=device]')!.textContent!))
    const card = page.locator('[data-preset=seed-resnet]')
    await expect.poll(() => card.innerText()).toMatch(/≈ [\d.]+ (h|min|s)/)
    for (const text of ['tutorial', '96 × 96', '11.2M', 'test 74.4%']) expect(await card.innerText()).toContain(text)
    await card.click()
    for (const text of ['324M', '20 epochs', 'Test accuracy']) await expect.poll(() => card.innerText()).toContain(text)
  })
})

it('nothing went wrong meanwhile', () => expect(faults).toEqual([]))

/** A layer's attributes with the parameters of its block filled in. */
function numbersOf(node: ArchitectureNode): Record<string, number | boolean> {
  const values: Record<string, number> = { '=channel_out': 64, '=stride': 1 }
  const given = node.type === 'layer' ? Object.entries(node.attributes) : []
  return Object.fromEntries(given.map(([name, value]) => [name, values[String(value)] ?? (value as number | boolean)]))
}
