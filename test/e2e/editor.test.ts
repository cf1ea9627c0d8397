import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'
import { layBareCanvas } from '../support/bareCanvas'
import { detach } from '../../src/shared/architecture/edit'
import type { Architecture } from '../../src/shared/architecture/schema'
import type { ArchitectureSummary, SavedArchitecture } from '../../src/shared/architecture/saved'
import { cifarResnet } from '../../src/shared/presets/cifarResnet'
import type { RunDetail, RunSummary } from '../../src/shared/run/schema'
import { noteFaults } from '../support/faults'

// Each test goes on where the one before it stopped, as someone who draws a network does.
const root = mkdtempSync(join(tmpdir(), 'residuum-editor-'))
const library = join(root, 'library')
const settings = join(root, 'settings')
let app: ElectronApplication
let page: Page
const faults: string[] = []

async function launch(): Promise<void> {
  const launched = await launchApp({ library, settings })
  app = launched.app
  page = launched.page
  page.setDefaultTimeout(15_000)
  noteFaults(page, faults)
  await page.waitForFunction(() => /TensorFlow \d/.test(document.querySelector('[data-test=device]')!.textContent!))
  await resize(app, 1600, 1000)
}

const ask = <T>(route: string, input?: unknown): Promise<T> =>
  page.evaluate(
    async ([name, value]) => {
      const answer = (await window.residuum.request(name as never, value as never)) as { data: never }
      return answer.data
    },
    [route, input] as const
  )
const title = (): Promise<string> => page.innerText('[data-test=title]')
const parameters = async (): Promise<number> =>
  Number((await page.innerText('[data-test=parameters]')).replace(/\D/g, ''))
const node = (id: string) => page.locator(`[data-node="${id}"]`)
const fit = async (): Promise<void> => {
  await page.click('[data-test=fit]')
  await page.waitForTimeout(60)
}
/** The drawing as main keeps it once the draft is written. */
async function draft(): Promise<Architecture> {
  await page.waitForTimeout(500)
  const name = (await title()).replace(' •', '')
  const { id } = (await ask<ArchitectureSummary[]>('architectures.list')).find((one) => one.name === name)!
  const { saved, draft: unsaved } = await ask<SavedArchitecture>('architectures.get', { id })
  return unsaved ?? saved
}

/** Types a layer's name on the canvas and presses Enter, as the hint on an empty canvas says. */
async function type(name: string): Promise<string> {
  await page.focus('[data-test=canvas]')
  await page.keyboard.type(name)
  await page.waitForSelector('[data-test=quick-insert]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=quick-insert]', { state: 'detached' })
  return page.inputValue('[data-test=field-name]')
}

async function set(field: string, value: string | number | boolean, within = '.inspector'): Promise<void> {
  const row = page.locator(`${within} [data-field="${field}"]`)
  if (typeof value === 'boolean') {
    await row.locator('.el-select').click()
    await page.locator('.el-select-dropdown__item:visible', { hasText: new RegExp(`^${value}$`) }).click()
    return
  }
  await row.locator('input').fill(String(value))
  await row.locator('input').press('Enter')
}

async function layer(name: string, fields: Record<string, string | number | boolean> = {}): Promise<string> {
  const id = await type(name)
  for (const [field, value] of Object.entries(fields)) await set(field, value)
  return id
}

async function choose(...ids: string[]): Promise<void> {
  await fit()
  for (const [index, id] of ids.entries()) {
    await node(id).click({ modifiers: index === 0 ? [] : ['Control'], position: { x: 30, y: 10 } })
  }
  await expect.poll(() => page.locator('.vue-flow__node.selected').count()).toBe(ids.length)
}

const problems = (): Promise<string[]> => page.locator('[data-test=problems] li[data-code]').allInnerTexts()

beforeAll(launch)
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  const main = await page.locator('main').innerText({ timeout: 2000 }).catch(String)
  console.log(`The window shows:\n${main}`)
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('drawing the seed ResNet from an empty canvas', () => {
  it('does not let a preset be changed, and says what to do instead', async () => {
    await page.click('[data-preset=lenet-5]')
    await page.waitForSelector('[data-test=duplicate-preset]')
    await choose('conv1')
    await page.keyboard.press('Delete')
    await page.waitForSelector('.el-message:has-text("Presets cannot be changed")')
    await page.click('[data-test=duplicate-preset]')
    await expect.poll(title).toBe('lenet-5 2')
    await choose('relu1')
    await page.keyboard.press('Delete')
    await expect.poll(title).toBe('lenet-5 2 •')
  })

  it('begins with the stem, typed', async () => {
    await page.click('[data-test=new]')
    await expect.poll(title).toBe('untitled')
    for (const side of ['height', 'width']) {
      await page.fill(`[data-test=input-${side}] input`, '96')
      await page.press(`[data-test=input-${side}] input`, 'Tab')
    }
    await layer('conv', { out_channels: 64, kernel_size: 7, stride: 2, padding: 0 })
    await layer('batch', { eps: 0.001 })
    await layer('relu')
    await layer('maxp', { kernel_size: 3, stride: 2, padding: 1 })
    expect(await page.innerText('[data-test=output-shape]')).toBe('64 × 23 × 23')
    expect(await page.innerText('.inspector')).toContain('⌊(45 + 2·1 − 3) / 2⌋ + 1 = 23')
  })

  it('refuses wrong values in place, with the reason', async () => {
    await set('kernel_size', 'three')
    expect(await page.innerText('[data-field=kernel_size] [role=alert]')).toContain('whole number')
    await set('kernel_size', -1)
    expect(await page.innerText('[data-field=kernel_size] [role=alert]')).not.toBe('')
    await set('kernel_size', 3)
    expect(await page.locator('[data-field=kernel_size] [role=alert]').count()).toBe(0)
  })

  it('draws the residual block: a chain, an addition of two, a convolution dropped on the shortcut', async () => {
    const convolution = { out_channels: 64, kernel_size: 3, padding: 1, bias: false }
    expect(await layer('conv', convolution)).toBe('conv2')
    await layer('batch')
    await layer('relu')
    expect(await layer('conv', convolution)).toBe('conv3')
    await layer('batch')
    expect(await layer('relu')).toBe('relu3')
    await choose('relu3', 'pool1')
    expect(await type('add')).toBe('add')
    expect(await layer('relu')).toBe('relu4')
    await fit()
    await page.click('[data-test=side-palette]')
    await page.dragAndDrop('[data-palette="layer:Conv2d"]', '[data-palette="layer:Conv2d"]', { trial: true })
    const half = await page.evaluate(() => {
      const path = document.querySelector<SVGPathElement>('.vue-flow__edge[data-id="pool1>add:1"] path')!
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()!)
      const canvas = document.querySelector('[data-test=canvas]')!.getBoundingClientRect()
      return { x: x - canvas.x, y: y - canvas.y }
    })
    await page.locator('[data-palette="layer:Conv2d"]').dragTo(page.locator('[data-test=canvas]'), {
      targetPosition: half,
      force: true
    })
    expect(await page.inputValue('[data-test=field-name]')).toBe('conv4')
    await set('kernel_size', 1)
    await set('padding', 0)
    await page.fill('[data-test=field-name] input, input[data-test=field-name]', 'shortcut')
    await page.keyboard.press('Enter')
    await node('shortcut').waitFor()
  })

  it('refuses a connection that would close a cycle, with the reason', async () => {
    await fit()
    const from = node('relu4').locator('.vue-flow__handle.source')
    const to = node('conv2').locator('.vue-flow__handle.target')
    await from.dragTo(to)
    await page.waitForSelector('.el-message:has-text("the values would go in a circle")')
    await page.locator('.el-message__closeBtn').first().click()
  })

  it('makes a block of it, with parameters and a condition', async () => {
    await choose('conv2', 'bn2', 'relu2', 'conv3', 'bn3', 'relu3', 'add', 'shortcut', 'relu4')
    await page.keyboard.press('Control+g')
    await node('block1').waitFor()
    await fit()
    await node('block1').dblclick()
    await page.waitForSelector('[data-test=trail]')
    await page.fill('input[data-test=field-block-name]', 'residual')
    await page.press('input[data-test=field-block-name]', 'Enter')
    for (const [index, [name, kind]] of [
      ['channel_out', 'Integer'],
      ['add_conv1_1', 'Boolean'],
      ['stride', 'Integer']
    ].entries()) {
      await page.click('[data-test=add-parameter]')
      const row = page.locator('[data-parameter]').nth(index)
      await row.locator('input').first().fill(name!)
      await row.locator('input').first().press('Enter')
      await page.waitForSelector(`[data-parameter=${name}]`)
      if (kind === 'Boolean') {
        await row.locator('.el-select').first().click()
        await page.locator('.el-select-dropdown__item:visible', { hasText: kind }).click()
      }
      if (name === 'stride') {
        await row.locator('.row').nth(1).locator('input').last().fill('1')
        await row.locator('.row').nth(1).locator('input').last().press('Enter')
      }
    }
    for (const id of ['conv2', 'conv3', 'shortcut']) {
      await choose(id)
      await set('out_channels', '=channel_out')
      if (id !== 'conv3') await set('stride', '=stride')
    }
    await page.fill('input[data-test=field-when]', 'add_conv1_1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect((await draft()).blocks.residual!.parameters.map(({ name }) => name)).toEqual([
      'channel_out',
      'add_conv1_1',
      'stride'
    ])
  })

  it('repeats it, with the first of a stage on its own, and has the tutorial’s network', async () => {
    await page.click('[data-test=trail] button >> nth=0')
    await choose('block1')
    await set('repeat', 2)
    for (const channels of [128, 256, 512]) {
      await layer('residual', { channel_out: channels, repeat: 2 })
      await set('add_conv1_1', true, '[data-test=first]')
      await set('stride', 2, '[data-test=first]')
    }
    await layer('avgp', { kernel_size: 3 })
    await layer('flatten')
    await layer('linear')
    await expect.poll(parameters).toBe(11_180_810)
    expect(await problems()).toHaveLength(1)
    expect((await problems())[0]).toContain('its bias has no effect')
  })
})

describe('mending', () => {
  it('says in numbers what a broken shortcut does, and offers the fix', async () => {
    await choose('block1')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-test=trail]')
    await choose('shortcut')
    await page.keyboard.press('Delete')
    await expect.poll(async () => (await problems())[0]).toContain('64x23x23')
    const [first] = await problems()
    expect(first).toContain('128x12x12')
    await page.locator('[data-code=unequal-shapes] [data-test=fix]').click()
    await expect.poll(async () => (await problems()).length).toBe(1)
    await node('shortcut').waitFor()
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await page.click('[data-test=trail] button >> nth=0')
    await expect.poll(parameters).toBe(11_180_810)
  })

  it('undoes everything to the empty drawing and redoes it to the very same', async () => {
    const drawn = await draft()
    let steps = 0
    while (await page.isEnabled('[data-test=undo]')) {
      await page.keyboard.press('Control+z')
      steps += 1
      await page.waitForTimeout(15)
    }
    expect(steps).toBeGreaterThan(60)
    expect((await draft()).graph.nodes.map(({ id }) => id)).toEqual(['input', 'output'])
    expect(await page.locator('.vue-flow__node').count()).toBe(2)
    for (let step = 0; step < steps; step++) {
      await page.keyboard.press('Control+Shift+z')
      await page.waitForTimeout(15)
    }
    expect(await draft()).toEqual(drawn)
    await expect.poll(parameters).toBe(11_180_810)
  })

  it('names in the menu what will be undone', async () => {
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items.map(({ label }) => label) ?? [])
    )
    expect(labels).toContain('Undo: Add Linear')
  })
})

describe('keeping', () => {
  it('saves, loses nothing when the app is killed, and finds everything again', async () => {
    await page.keyboard.press('Control+s')
    await expect.poll(title).toBe('untitled')
    // A further edit that is not saved.
    await choose('flatten')
    await page.keyboard.press('Control+b')
    await expect.poll(title).toBe('untitled •')
    const unsaved = await draft()
    app.process().kill('SIGKILL')
    await launch()
    await expect.poll(title).toBe('untitled •')
    expect(await draft()).toEqual(unsaved)
    await page.keyboard.press('Control+z')
    await expect.poll(title).toBe('untitled')
    await expect.poll(parameters).toBe(11_180_810)
  })

  it('compares versions and shows what differs', async () => {
    await choose('conv1')
    await set('bias', false)
    await page.keyboard.press('Control+s')
    await page.keyboard.press('Control+Shift+h')
    await page.waitForSelector('[data-test=changes]')
    await expect.poll(() => page.innerText('[data-test=changes]')).toMatch(/conv1 changed\s+bias – → false/)
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-test=changes]', { state: 'hidden' })
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+s')
    await expect.poll(parameters).toBe(11_180_810)
  })

  it('exports to a file and imports it again; what is not an architecture changes nothing', async () => {
    const file = join(root, '残差 network.json')
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, file)
    await page.keyboard.press('Control+e')
    await page.waitForSelector('.el-message:has-text("Written to")')
    const exported = JSON.parse(readFileSync(file, 'utf8')) as Architecture
    expect(exported).toEqual(await draft())
    await page.keyboard.press('Control+o')
    await expect.poll(title).toBe('untitled 2')
    expect({ ...(await draft()), name: 'untitled' }).toEqual(exported)

    const before = await ask<ArchitectureSummary[]>('architectures.list')
    for (const [content, says] of [
      [readFileSync(file, 'utf8').slice(0, 500), 'is not an architecture'],
      [JSON.stringify({ ...exported, version: 2 }), 'version 2'],
      ['{"format":"keras"}', 'format is "keras"']
    ] as const) {
      writeFileSync(file, content)
      await page.keyboard.press('Control+o')
      await page.waitForSelector(`.el-message:has-text('${says}')`)
    }
    expect(await ask<ArchitectureSummary[]>('architectures.list')).toEqual(before)
    const strange = JSON.stringify(exported).replace('"kind":"Flatten"', '"kind":"Flatter"')
    writeFileSync(file, strange)
    await page.keyboard.press('Control+o')
    await page.waitForSelector('.el-message:has-text("Flatter")')
    expect((await problems())[0]).toContain('Flatter is not a layer')
  })

  it('deletes with a way back', async () => {
    await page.click('[data-test=side-library]')
    await page.click('[data-delete="untitled 2"]')
    await expect.poll(() => page.locator('[data-architecture="untitled 2"]').count()).toBe(0)
    await page.click('[data-test=notice-action]')
    await expect.poll(title).toBe('untitled 2')
  })
})

describe('by keyboard and clipboard', () => {
  it('copies as text, pastes behind the selection, duplicates, bypasses, detaches', async () => {
    await page.click('[data-architecture="lenet-5 2"]')
    await expect.poll(title).toMatch(/^lenet-5 2/)
    await choose('conv2', 'relu2')
    await page.keyboard.press('Control+c')
    await choose('relu3')
    await page.keyboard.press('Control+v')
    await expect.poll(async () => (await draft()).graph.nodes.length).toBe(15)
    await page.keyboard.press('Control+z')
    await choose('relu3')
    await page.keyboard.press('Control+d')
    await expect.poll(async () => (await draft()).graph.nodes.length).toBe(14)
    await page.keyboard.press('Control+z')
    await choose('relu3')
    await page.keyboard.press('Control+b')
    await page.waitForSelector('[data-node=relu3].bypassed')
    await page.keyboard.press('Control+b')
    // Walks on and connects by keyboard.
    await page.keyboard.press('Control+l')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.el-message:has-text("already reads from")')
  })

  it('freezes, repeats a change over several layers of a kind, and takes blocks apart', async () => {
    await choose('conv1', 'conv2')
    await page.click('[data-test=freeze]')
    await expect.poll(() => page.locator('[data-node] .badge.frozen').count()).toBe(2)
    await set('bias', false)
    expect(
      (await draft()).graph.nodes.filter((one) => one.type === 'layer' && one.attributes.bias === false)
    ).toHaveLength(2)
    await page.keyboard.press('Control+g')
    await page.waitForSelector('.el-message:has-text("A block has one input")')
    await choose('conv2', 'relu2', 'pool2')
    await page.click('[data-test=make-block]')
    await node('block1').waitFor()
    await choose('block1')
    await page.keyboard.press('Control+Shift+g')
    await node('block1_conv2').waitFor()
    for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z')
    await expect.poll(() => page.locator('[data-node] .badge.frozen').count()).toBe(0)
  })

  it('offers on a right click what can be done with what is under it', async () => {
    await fit()
    await node('pool2').click({ button: 'right', position: { x: 30, y: 10 } })
    await page.waitForSelector('[data-test=context-menu] :text("Bypass or enable")')
    await page.keyboard.press('Escape')
    expect(await page.inputValue('input[data-test=field-name], [data-test=field-name] input')).toBe('pool2')
  })

  it('takes a file that is dropped', async () => {
    const before = (await title()).replace(' •', '')
    const dropped = JSON.stringify({ ...(await draft()), name: 'dropped' })
    await page.evaluate((text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'dropped.json', { type: 'application/json' }))
      document
        .querySelector('[data-test=canvas]')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }, dropped)
    await expect.poll(title).toBe('dropped')
    await page.click('[data-test=side-library]')
    await page.click(`[data-architecture="${before}"]`)
    await expect.poll(title).toMatch(new RegExp(`^${before}`))
  })

  it('moves nodes by hand and keeps them there until it is asked to lay out', async () => {
    await choose('conv2')
    const before = (await node('conv2').boundingBox())!
    await page.mouse.move(before.x + 20, before.y + 8)
    await page.mouse.down()
    await page.mouse.move(before.x + 140, before.y + 30, { steps: 5 })
    await page.mouse.up()
    const moved = (await draft()).graph.nodes
    expect(moved.every(({ position }) => position)).toBe(true)
    await page.keyboard.press('Control+Shift+l')
    expect((await draft()).graph.nodes.some(({ position }) => position)).toBe(false)
  })

  it('writes PyTorch code and lists the layers, one with the canvas', async () => {
    await page.click('[data-test=panel-code]')
    expect(await page.innerText('[data-test=code] pre')).toContain('class Lenet52(nn.Module):')
    await page.click('[data-test=panel-layers]')
    await page.click('[data-test=layers] .el-table-v2__row:has-text("fc1")')
    await page.waitForSelector('.vue-flow__node.selected [data-node=fc1]')
    await page.click('[data-test=panel-problems]')
  })
})

describe('training what was drawn', () => {
  it('trains it for one epoch, and the run keeps the exact architecture', async () => {
    await page.click('[data-architecture=untitled]')
    await expect.poll(title).toBe('untitled')
    const drawn = await draft()
    await page.click('nav a[data-place=train]')
    for (const [name, value] of [
      ['epochs', 1],
      ['batchSize', 32],
      ['trainLimit', 96],
      ['testLimit', 64]
    ]) {
      await page.fill(`[data-setting=${name}] input`, String(value))
      await page.press(`[data-setting=${name}] input`, 'Tab')
    }
    await page.click('[data-test=start]')
    await page.waitForSelector('[data-status=finished]', { timeout: 90_000 })
    const [run] = (await ask<{ runs: RunSummary[] }>('runs.list', {})).runs
    expect(run).toMatchObject({ architecture: 'untitled', epochsDone: 1, parameters: 11_180_810 })
    expect((await ask<RunDetail>('runs.get', { id: run!.id })).experiment!.architecture).toEqual(drawn)
    // Its speed now foretells the time of an epoch.
    await page.click('nav a[data-place=architecture]')
    await page.focus('[data-test=canvas]')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.innerText('[data-test=epoch-time]')).toMatch(/≈ /)
  })
})

describe('speed with 300 nodes', () => {
  it('opens, redraws and drags plain-110 with its layers shown', async () => {
    let plain = cifarResnet({ depth: 110, shortcuts: false })
    for (const { id, type: kind } of plain.graph.nodes) {
      if (kind === 'block') plain = detach(plain, null, id).architecture
    }
    expect(plain.graph.nodes.length).toBeGreaterThan(300)
    await ask('architectures.create', { ...plain, name: 'plain-110' })
    await page.waitForSelector('[data-architecture=plain-110]')
    const opening = await page.evaluate(async () => {
      const start = performance.now()
      document.querySelector<HTMLElement>('[data-architecture=plain-110]')!.click()
      while (!document.querySelector('[data-node=layer1_0_conv1]')) await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      return performance.now() - start
    })
    await page.click('[data-node=layer1_0_conv1]')
    const edits = await page.evaluate(async () => {
      const input = document.querySelector<HTMLInputElement>('[data-field=out_channels] input')!
      const times: number[] = []
      for (let count = 0; count < 10; count++) {
        const shown = (): string => document.querySelector('[data-node=layer1_0_conv1] .shape')!.textContent!
        const before = shown()
        const start = performance.now()
        input.focus()
        input.dispatchEvent(
          new KeyboardEvent('keydown', { key: count % 2 ? 'ArrowDown' : 'ArrowUp', bubbles: true, cancelable: true })
        )
        while (shown() === before && performance.now() - start < 2000) await new Promise(requestAnimationFrame)
        times.push(performance.now() - start)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return times.sort((a, b) => a - b)
    })
    /** Until a layer that is typed is drawn, in ms. */
    const insert = (): Promise<number> =>
      page.evaluate(async () => {
        const press = (target: Element, key: string): boolean =>
          target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
        press(document.querySelector('[data-test=canvas]')!, 't')
        await new Promise((resolve) => setTimeout(resolve, 100))
        const input = document.querySelector<HTMLInputElement>('[data-test=quick-insert]')!
        const total = (): number => document.querySelectorAll('[data-node^=tanh]').length
        const before = total()
        const start = performance.now()
        press(input, 'Enter')
        while (total() === before && performance.now() - start < 2000) await new Promise(requestAnimationFrame)
        return performance.now() - start
      })
    const bare = await layBareCanvas(page, plain.graph.nodes.length)
    const inserted: number[] = []
    const insertedBare: number[] = []
    // In turns, so that what else the machine does slows both.
    for (let count = 0; count < 7; count++) {
      await bare.show(false)
      await node('layer1_0_conv1').click()
      inserted.push(await insert())
      await page.waitForTimeout(500)
      await bare.show(true)
      insertedBare.push(await bare.insert())
      await page.waitForTimeout(300)
      await bare.remove()
      await page.waitForTimeout(300)
    }
    await bare.show(false)
    const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!
    await fit()
    const box = (await node('layer1_0_relu1').boundingBox())!
    /** Frames a second while the mouse moves over the canvas, with a node or without. */
    const frames = async (x: number, press: boolean): Promise<number> => {
      const counted = page.evaluate(async () => {
        const until = performance.now() + 1500
        let count = 0
        while (performance.now() < until) {
          await new Promise(requestAnimationFrame)
          count += 1
        }
        return count / 1.5
      })
      await page.mouse.move(x, box.y + box.height / 2)
      if (press) await page.mouse.down()
      for (let step = 0; step < 60; step++) {
        await page.mouse.move(x + step * 3, box.y + step)
        await page.waitForTimeout(16)
      }
      if (press) await page.mouse.up()
      return counted
    }
    const idle = await frames(box.x + box.width + 60, false)
    const dragging = await frames(box.x + box.width / 2, true)
    console.log(
      `${plain.graph.nodes.length} nodes: opened in ${opening.toFixed(0)} ms, an attribute drawn in ${edits[5]!.toFixed(0)} ms, ` +
        `a layer inserted in ${median(inserted).toFixed(0)} ms where a bare canvas takes ${median(insertedBare).toFixed(0)} ` +
        `(medians), dragged at ${dragging.toFixed(0)} frames/s where the bare mouse has ${idle.toFixed(0)}`
    )
    expect(edits).toHaveLength(10)
  })

  it('had no error and no missing text on the way', () => {
    expect(faults).toEqual([])
  })
})
