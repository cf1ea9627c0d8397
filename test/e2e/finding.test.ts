import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'
import { noteFaults } from '../support/faults'

const root = mkdtempSync(join(tmpdir(), 'residuum-finding-'))
const [library, settings] = [join(root, 'library'), join(root, 'settings')]
let app: ElectronApplication
let page: Page
const faults: string[] = []

async function launch(): Promise<void> {
  const launched = await launchApp({ library, settings })
  app = launched.app
  page = launched.page
  page.setDefaultTimeout(10_000)
  noteFaults(page, faults)
  await resize(app, 1280, 800)
}

const canvas = (): Locator => page.locator('[data-test=canvas]')
const selected = (): Promise<string[]> =>
  page.locator('.vue-flow__node.selected').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-id')!))
const trail = (): Promise<string> => page.innerText('[data-test=trail]', { timeout: 500 }).catch(() => '')
const boxOf = async (what: string | Locator) =>
  (await (typeof what === 'string' ? page.locator(what) : what).boundingBox())!
/** Whether the selected node lies whole in what is seen of the drawing. */
async function isInView(): Promise<boolean> {
  const node = await page.locator('.vue-flow__node.selected').boundingBox()
  const stage = await boxOf('[data-test=canvas] .vue-flow')
  if (!node) return false
  return (
    node.x >= stage.x - 1 &&
    node.y >= stage.y - 1 &&
    node.x + node.width <= stage.x + stage.width + 1 &&
    node.y + node.height <= stage.y + stage.height + 1
  )
}
const items = (): Promise<string[]> =>
  page
    .locator('[data-test=context-menu] [role=menuitem]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-item')!))
/** What a menu offers once it is there; closes it. */
async function offered(): Promise<string[]> {
  await page.waitForSelector('[data-test=context-menu]')
  const found = await items()
  await page.keyboard.press('Escape')
  await page.waitForSelector('[data-test=context-menu]', { state: 'detached' })
  return found
}
const focused = (): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('data-test') ?? document.activeElement?.id ?? null)

beforeAll(launch)
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(faults.join('\n'))
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('finding a layer', () => {
  it('steps through the hits of a name, into blocks and back, and keeps the last when it closes', async () => {
    await page.click('[data-preset=resnet-20]')
    await canvas().focus()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('conv')
    await page.waitForSelector('[data-test=find] [role=option]')
    const hits = await page.locator('[data-test=find] [role=option]').count()
    expect(hits).toBeGreaterThan(3)
    await page.keyboard.press('Enter')
    await expect.poll(selected).toHaveLength(1)
    const [first] = await selected()
    // The last is in a block.
    await page.keyboard.press('Shift+Enter')
    await expect.poll(trail).not.toBe('')
    await expect.poll(isInView).toBe(true)
    expect(await page.innerText('[data-test=find-count]')).toContain(String(hits))
    await page.keyboard.press('Enter')
    await expect.poll(trail).toBe('')
    await expect.poll(selected).toEqual([first])
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-test=find]', { state: 'detached' })
    expect(await selected()).toEqual([first])
    expect(await focused()).toBe('canvas')
  })

  it('takes part of a path for one instance, and says that there is none', async () => {
    await page.click('[data-preset=resnet-20]')
    await canvas().focus()
    await page.keyboard.press('Control+f')
    await page.fill('[data-test=find-text]', 'layer2.1.conv2')
    await page.keyboard.press('Enter')
    await expect.poll(trail).toContain('2 of 3')
    await expect.poll(selected).toEqual(['conv2'])
    await page.fill('[data-test=find-text]', 'transformer')
    await expect.poll(() => page.innerText('[data-test=find-count]')).toBe('none')
    await page.keyboard.press('Escape')
  })

  it('goes from a row of Layers to its node, by mouse and by key', async () => {
    await page.click('[data-test=panel-layers]')
    await page.click('[data-layer="conv1"]')
    await expect.poll(selected).toEqual(['conv1'])
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('ArrowDown')
      await page.waitForTimeout(60)
    }
    await expect.poll(trail).toContain('layer1')
    await expect.poll(isInView).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-layer'))).toMatch(/^layer1\.0\./)
    await page.click('[data-test=panel-layers]')
  })

  it('opens the blocks around it in the whole network, marks it, and shows it in its drawing after that', async () => {
    await page.keyboard.press('Control+Shift+o')
    await page.waitForSelector('[data-test=overview]')
    await page.keyboard.press('Control+f')
    await page.fill('[data-test=find-text]', 'layer3.2.bn2')
    await page.keyboard.press('Enter')
    await expect.poll(selected).toEqual(['layer3.2.bn2'])
    const [node, stage] = [await boxOf('.vue-flow__node.selected'), await boxOf('[data-test=overview]')]
    expect(node.x > stage.x && node.x + node.width < stage.x + stage.width).toBe(true)
    expect(node.y > stage.y && node.y + node.height < stage.y + stage.height).toBe(true)
    await page.keyboard.press('Control+Shift+o')
    await expect.poll(selected).toEqual(['bn2'])
    await expect.poll(trail).toContain('3 of 3')
    await page.click('[data-test=find-open]')
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-test=find]', { state: 'detached' })
  })
})

describe('a right click and the menu key', () => {
  it('offer what can be done with nodes, connections and the drawing; what cannot be changed is not offered', async () => {
    await page.click('[data-preset=lenet-5]')
    await page.locator('[data-node=conv1]').click({ button: 'right' })
    expect(await offered()).not.toContain('edit.delete')
    expect(await selected()).toEqual(['conv1'])
    await page.click('[data-test=duplicate-preset]')
    await page.waitForSelector('[data-architecture="lenet-5 2"]')
    await page.locator('[data-node=conv1]').click({ button: 'right' })
    expect(await offered()).toEqual(
      expect.arrayContaining(['edit.insert', 'edit.connect', 'edit.bypass', 'edit.delete'])
    )
    expect(await focused()).toBe('canvas')
    // A connection's label lies on it, whichever way it runs.
    const line = await page
      .locator('.vue-flow__edge[data-id^="conv1>"] path')
      .first()
      .evaluate((path: SVGPathElement) => {
        const { x, y } = path.getPointAtLength(path.getTotalLength() / 3)
        const point = new DOMPoint(x, y).matrixTransform(path.getScreenCTM()!)
        return { x: point.x, y: point.y }
      })
    await page.mouse.click(line.x, line.y, { button: 'right' })
    expect(await offered()).toEqual(['edit.insert', 'edit.delete'])
    const stage = await boxOf('[data-test=canvas] .vue-flow__pane')
    await page.mouse.click(stage.x + 6, stage.y + stage.height / 2, { button: 'right' })
    expect(await offered()).toContain('edit.selectAll')
  })

  it('are walked by key, beside the node, and do what they say', async () => {
    await canvas().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Control+f')
    await page.keyboard.type('conv1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect.poll(selected).toEqual(['conv1'])
    await page.keyboard.press('Shift+F10')
    await page.waitForSelector('[data-test=context-menu]')
    const [menu, node] = [await boxOf('[data-test=context-menu]'), await boxOf('[data-node=conv1]')]
    expect(Math.abs(menu.x - node.x)).toBeLessThan(16)
    const place = (await items()).indexOf('edit.bypass')
    for (let step = 0; step < place; step++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-node=conv1].bypassed')
    await page.keyboard.press('Control+z')
  })

  it('serve in the palette, in Layers, on the way into a block and on inputs', async () => {
    await page.click('[data-test=side-palette]')
    await page.locator('[data-palette="layer:ReLU"]').focus()
    await page.keyboard.press('Shift+F10')
    expect(await offered()).toEqual(['insert'])
    await page.click('[data-test=panel-layers]')
    await page.locator('[data-layer="conv2"]').click({ button: 'right' })
    expect(await offered()).toContain('edit.duplicate')
    expect(await selected()).toEqual(['conv2'])
    await page.locator('.inputs li').first().click({ button: 'right' })
    expect(await offered()).toEqual(['select', 'up', 'down', 'disconnect'])
    await page.click('[data-test=panel-layers]')
    await canvas().focus()
    await page.keyboard.press('Control+g')
    await page.waitForSelector('[data-node=block1]')
    await page.keyboard.press('Enter')
    await page.locator('[data-test=trail] button').last().click({ button: 'right' })
    expect(await offered()).toEqual(expect.arrayContaining(['instance', 'edit.detach']))
    await page.keyboard.press('Control+z')
    await page.click('[data-test=side-library]')
  })
})

describe('the panels', () => {
  const isOpen = (): Promise<boolean> => page.locator('[data-test=problems]').isVisible()
  async function cut(): Promise<void> {
    await page.locator('[data-node=flatten]').click()
    await page.keyboard.press('Delete')
  }

  it('open below with the first problem, stay closed where they were closed, and close with the last', async () => {
    await expect.poll(isOpen).toBe(false)
    await cut()
    await expect.poll(isOpen).toBe(true)
    await page.click('[data-test=panel-problems]')
    expect(await isOpen()).toBe(false)
    await page.locator('[data-node=relu1]').click()
    await page.keyboard.press('Control+b')
    await page.waitForSelector('[data-node=relu1].bypassed')
    await page.waitForTimeout(300)
    expect(await isOpen()).toBe(false)
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await page.waitForFunction(() => document.querySelector('[data-test=panel-problems] .count') === null)
    await page.waitForTimeout(1000)
    await cut()
    await expect.poll(isOpen).toBe(true)
    await page.keyboard.press('Control+z')
    await expect.poll(isOpen).toBe(false)
  })

  it('keep their limits however they are dragged, hear keys, and are as they were after a restart', async () => {
    await page.click('[data-test=panel-layers]')
    const panes = { 'editor-side': '.house.left', 'editor-inspector': '.house.inspector', 'editor-panel': '#panel' }
    for (const [id, pane] of Object.entries(panes)) {
      const splitter = page.locator(`[data-splitter=${id}]`)
      for (const [dx, dy] of [
        [2000, 2000],
        [-2000, -2000]
      ] as const) {
        const { x, y, width, height } = await boxOf(splitter)
        await page.mouse.move(x + width / 2, y + height / 2)
        await page.mouse.down()
        await page.mouse.move(x + dx / 2, y + dy / 2, { steps: 4 })
        await page.mouse.move(x + dx, y + dy, { steps: 4 })
        await page.mouse.up()
        const stage = await boxOf('[data-test=canvas]')
        expect(Math.min(stage.width, stage.height), id).toBeGreaterThan(100)
      }
      // Below, it may have been dragged to; it is there to be had again.
      if (id === 'editor-panel' && !(await page.locator(pane).isVisible())) await page.click('[data-test=panel-layers]')
      const before = await boxOf(pane)
      await splitter.press(id === 'editor-panel' ? 'ArrowDown' : id === 'editor-side' ? 'ArrowRight' : 'ArrowRight')
      expect(await splitter.getAttribute('aria-valuenow')).not.toBeNull()
      const after = await boxOf(pane)
      expect([after.width, after.height], id).not.toEqual([before.width, before.height])
    }
    await page.click('[data-test=toggle-inspector]')
    expect(await page.locator('.house.inspector').isVisible()).toBe(false)
    const stage = await boxOf('[data-test=canvas]')
    const side = await boxOf('.house.left')
    await page.waitForTimeout(400)
    await app.close()
    await launch()
    await page.waitForSelector('[data-layer]')
    expect(await page.locator('.house.inspector').isVisible()).toBe(false)
    expect((await boxOf('.house.left')).width).toBe(side.width)
    expect((await boxOf('[data-test=canvas]')).width).toBe(stage.width)
    await page.click('[data-test=toggle-inspector]')
    await page.waitForSelector('.house.inspector', { state: 'visible' })
  })

  it('leave all that can be pressed its room at 1024 by 700', async () => {
    await resize(app, 1024, 700)
    await page.dblclick('[data-splitter=editor-side]')
    await page.dblclick('[data-splitter=editor-inspector]')
    await page.click('[data-preset=seed-resnet]')
    await page.click('[data-test=duplicate-preset]')
    await page.waitForSelector('[data-test=save]')
    await expect.poll(async () => Math.round((await boxOf('#app')).width)).toBe(1024)
    const [inspector, title] = [await boxOf('.house.inspector'), await boxOf('[data-test=title]')]
    expect(title.width).toBeGreaterThan(60)
    const buttons = page.locator('section.main .bar button:visible, section.main .bar label:visible')
    for (let index = 0; index < (await buttons.count()); index++) {
      const { x, width } = await boxOf(buttons.nth(index))
      expect(x + width).toBeLessThanOrEqual(inspector.x)
    }
    // What has no room in the bar is in its menu.
    await page.click('[data-test=more]')
    expect(await offered()).toEqual(expect.arrayContaining(['architecture.history', 'architecture.export']))
    expect((await boxOf('[data-test=canvas]')).width).toBeGreaterThan(290)
  })

  it('had no fault', () => {
    expect(faults).toEqual([])
  })
})
