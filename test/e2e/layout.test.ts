import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'

const root = mkdtempSync(join(tmpdir(), 'residuum-layout-'))
let app: ElectronApplication
let page: Page

beforeAll(async () => {
  ;({ app, page } = await launchApp({ library: join(root, 'library'), settings: join(root, 'settings') }))
  page.setDefaultTimeout(15_000)
  await resize(app, 1280, 800)
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const node = (id: string) => page.locator(`[data-node="${id}"]`)
const places = () =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('.vue-flow__node')].map((one) => [
        one.dataset.id!,
        one.style.transform
      ])
    )
  )
const box = async (id: string) => (await node(id).boundingBox())!
async function open(preset: string): Promise<void> {
  await page.click(`[data-preset=${preset}]`)
  await expect.poll(() => page.innerText('[data-test=title]')).toBe(preset)
  await node('output').waitFor()
}
/** Presses Fit, and gives the sides of the canvas on which nodes lie outside, and how many there are inside. */
async function fit(canvas: 'editor' | 'overview'): Promise<{ outside: string[]; nodes: number }> {
  await page.click('[data-test=fit]')
  await page.waitForTimeout(400)
  return page.evaluate((id) => {
    const stage = document.getElementById(id)!.getBoundingClientRect()
    const nodes = [...document.querySelectorAll(`#${id} .vue-flow__node`)].map((one) => one.getBoundingClientRect())
    const outside = (['left', 'top'] as const).filter((side) => nodes.some((one) => one[side] < stage[side]))
    const beyond = (['right', 'bottom'] as const).filter((side) => nodes.some((one) => one[side] > stage[side]))
    return { outside: [...outside, ...beyond], nodes: nodes.length }
  }, canvas)
}

describe('a network as a whole', () => {
  it('is seen by Fit with names that can be read', async () => {
    await open('seed-resnet')
    expect(await fit('editor')).toEqual({ outside: [], nodes: 13 })
    const sizes = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#editor .node .name')].map((name) => {
        const { zoom } = { zoom: name.getBoundingClientRect().height / name.offsetHeight }
        return parseFloat(getComputedStyle(name).fontSize) * zoom
      })
    )
    expect(sizes.length).toBeGreaterThan(10)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(9)
    // Rows, as a text has them.
    const [first, next] = [await box('input'), await box('conv1')]
    expect(next.x).toBeGreaterThan(first.x + first.width)
    expect(Math.abs(next.y + next.height / 2 - first.y - first.height / 2)).toBeLessThan(2)
    expect((await box('classifier')).y).toBeGreaterThan(first.y + 200)
  })

  it.each([
    ['googlenet-small', 18, 150],
    ['resnet-56', 11, 220]
  ])('%s is inside the canvas, with its blocks opened too', async (preset, nodes, units) => {
    await open(preset)
    expect(await fit('editor')).toEqual({ outside: [], nodes })
    await page.click('[data-test=overview-toggle]')
    await page.click('[data-test=open-all]')
    await expect.poll(async () => (await fit('overview')).nodes).toBeGreaterThan(units)
    expect((await fit('overview')).outside).toEqual([])
    await page.click('[data-test=overview-toggle]')
  })

  it('is read from top to bottom where the user wants it, and walked that way', async () => {
    await open('seed-resnet')
    const choose = async (text: string): Promise<void> => {
      if (!(await page.locator('[data-test=direction]').isVisible())) await page.click('[data-test=options]')
      await page.locator('[data-test=direction]').click()
      await page.locator('.el-select-dropdown__item:visible', { hasText: text }).click()
      await page.keyboard.press('Escape')
    }
    const select = async (id: string, key: string): Promise<string> => {
      await node(id).click({ position: { x: 20, y: 10 } })
      await page.focus('[data-test=canvas]')
      await page.keyboard.press(key)
      return page.inputValue('[data-test=field-name]')
    }
    expect(await select('conv1', 'ArrowRight')).toBe('bn1')
    await choose('Top to bottom')
    await expect.poll(async () => (await box('conv1')).y - (await box('input')).y).toBeGreaterThan(20)
    expect(Math.abs((await box('bn1')).x - (await box('conv1')).x)).toBeLessThan(2)
    expect(await select('conv1', 'ArrowDown')).toBe('bn1')
    expect((await fit('editor')).outside).toEqual([])
    await choose('Direction: automatic')
    await expect.poll(async () => (await box('conv1')).x - (await box('input')).x).toBeGreaterThan(20)
  })
})

describe('what stands', () => {
  it('keeps its place when a layer is inserted, and has the former one after undo', async () => {
    await open('seed-resnet')
    await page.click('[data-test=duplicate-preset]')
    await expect.poll(() => page.innerText('[data-test=title]')).toBe('seed-resnet 2')
    await fit('editor')
    const before = await places()
    await node('block3').click({ position: { x: 20, y: 10 } })
    await page.focus('[data-test=canvas]')
    await page.keyboard.type('tanh')
    await page.waitForSelector('[data-test=quick-insert]')
    await page.keyboard.press('Enter')
    await node('tanh1').waitFor()
    const after = await places()
    const moved = Object.keys(before).filter((id) => after[id] !== before[id])
    for (const id of ['input', 'conv1', 'bn1', 'relu1', 'pool1', 'block3', 'flatten', 'classifier', 'output']) {
      expect(moved, id).not.toContain(id)
    }
    await page.keyboard.press('Control+z')
    await node('tanh1').waitFor({ state: 'detached' })
    expect(await places()).toEqual(before)
  })
})
