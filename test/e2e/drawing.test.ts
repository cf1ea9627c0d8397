import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'

const root = mkdtempSync(join(tmpdir(), 'residuum-drawing-'))
let app: ElectronApplication
let page: Page
const faults: string[] = []

beforeAll(async () => {
  ;({ app, page } = await launchApp({ library: join(root, 'library'), settings: join(root, 'settings') }))
  page.setDefaultTimeout(15_000)
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await resize(app, 1280, 800)
  await page.click('[data-preset=seed-resnet]')
  await page.waitForSelector('[data-node=conv1]')
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const detail = (): Promise<string | null> => page.getAttribute('.graph', 'data-detail')
/** Height in px of the screen of letters in what a selector finds; 0 where that is not shown. */
const textHeight = (selector: string): Promise<number> =>
  page.evaluate((text) => {
    const found = document.querySelector<HTMLElement>(text)!
    if (found.getClientRects().length === 0) return 0
    const { a } = new DOMMatrix(getComputedStyle(document.querySelector('.vue-flow__transformationpane')!).transform)
    return parseFloat(getComputedStyle(found).fontSize) * a
  }, selector)
const inView = (): Promise<number> =>
  page.evaluate(() => {
    const stage = document.querySelector('.graph .vue-flow')!.getBoundingClientRect()
    return [...document.querySelectorAll('[data-node]')].filter((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect()
      return left < stage.right && right > stage.left && top < stage.bottom && bottom > stage.top
    }).length
  })
async function zoom(button: 'in' | 'out', until: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < 30 && !(await until()); step++) {
    if (!(await page.isEnabled(`[data-test=zoom-${button}]`))) return
    await page.click(`[data-test=zoom-${button}]`)
    await page.waitForTimeout(30)
  }
}

describe('what nodes show', () => {
  it('is all that is known where there is room, and less the farther one is away, kinds always', async () => {
    await zoom('in', async () => (await detail()) === 'figures')
    expect(await textHeight('[data-node=conv1] .costs')).toBeGreaterThanOrEqual(9)
    await zoom('out', async () => (await detail()) === 'shapes')
    expect(await textHeight('[data-node=conv1] .costs')).toBe(0)
    expect(await textHeight('[data-node=conv1] .shape')).toBeGreaterThanOrEqual(9)
    await zoom('out', async () => (await detail()) === 'names')
    expect(await textHeight('[data-node=conv1] .shape')).toBe(0)
    expect(await textHeight('[data-node=conv1] .name')).toBeGreaterThanOrEqual(9)
    expect(await page.innerText('[data-node=conv1] .short')).toBe('Conv')
    expect(await textHeight('[data-node=conv1] .short')).toBeGreaterThanOrEqual(9)
  })

  it('does not change the size of boxes in the drawing', async () => {
    const size = (): Promise<string> =>
      page.evaluate(() => {
        const { offsetWidth, offsetHeight } = document.querySelector<HTMLElement>('[data-node=conv1]')!
        return `${offsetWidth}x${offsetHeight}`
      })
    const far = await size()
    await page.click('[data-test=fit]')
    await zoom('in', async () => (await detail()) === 'figures')
    expect(await size()).toBe(far)
  })

  it('is told by one legend of the categories that are there, which can be put away for good', async () => {
    await page.click('[data-test=fit]')
    const legend = await page.innerText('[data-test=legend]')
    for (const name of ['Convolution', 'Normalisation', 'Pooling', 'Blocks']) expect(legend).toContain(name)
    expect(legend).not.toContain('Join')
    const fill = (selector: string): Promise<string> =>
      page.evaluate((one) => getComputedStyle(document.querySelector(one)!).backgroundColor, selector)
    const mark = await fill('[data-test=legend] li:nth-child(2) .category-mark')
    expect(
      await page.evaluate(
        () => getComputedStyle(document.querySelector('[data-node=conv1]')!, '::before').backgroundColor
      )
    ).toBe(mark)
    await page.click('[data-test=legend-toggle]')
    await expect.poll(() => page.locator('[data-test=legend]').count()).toBe(0)
    const kept = await page.evaluate(async () => {
      const answer = (await window.residuum.request('settings.get', undefined as never)) as {
        data: { editor: { legend: boolean } }
      }
      return answer.data.editor.legend
    })
    expect(kept).toBe(false)
    await page.click('[data-test=legend-toggle]')
    await page.waitForSelector('[data-test=legend]')
  })

  it('stands on bands that say the size of pictures', async () => {
    const sizes = await page.locator('.sizes .size').allInnerTexts()
    expect(sizes).toEqual(expect.arrayContaining(['96 × 96', '45 × 45', '23 × 23', '3 × 3']))
  })
})

describe('moving the view', () => {
  const wheel = async (x: number, y: number): Promise<void> => {
    const box = (await page.locator('.graph .vue-flow').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(x, y)
    await page.waitForTimeout(150)
  }

  it('never loses the drawing by the wheel, whichever way it is turned', async () => {
    for (const [x, y] of [
      [0, 3000],
      [3000, 0],
      [0, -3000],
      [-3000, 0]
    ] as const) {
      await page.click('[data-test=fit]')
      await page.waitForTimeout(60)
      await wheel(x, y)
      expect(await inView(), `${x}, ${y}`).toBeGreaterThan(0)
    }
  })

  it('never makes it a dot either', async () => {
    await page.click('[data-test=fit]')
    await zoom('out', () => Promise.resolve(false))
    expect(await page.isEnabled('[data-test=zoom-out]')).toBe(false)
    expect(await textHeight('[data-node=conv1] .short')).toBeGreaterThan(6)
  })

  it('shows a map only while not all is seen', async () => {
    await page.click('[data-test=fit]')
    await expect.poll(() => page.locator('[data-test=map]').count()).toBe(0)
    await wheel(0, 400)
    await page.waitForSelector('[data-test=map]')
  })

  it('offers a way back where no node is seen', async () => {
    await page.click('[data-test=fit]')
    await zoom('in', () => Promise.resolve(false))
    // Into a corner of what the nodes take up that holds none: under the last row.
    await wheel(3000, 3000)
    expect(await inView()).toBe(0)
    await page.click('[data-test=back]')
    await expect.poll(inView).toBeGreaterThan(10)
    await expect.poll(() => page.locator('[data-test=back]').count()).toBe(0)
  })
})

describe('the whole network', () => {
  it('is seen whole, with its map where it is not, in the same colours', async () => {
    await page.click('[data-test=overview-toggle]')
    await page.waitForSelector('[data-test=overview] [data-node=conv1]')
    await page.click('[data-test=open-all]')
    await page.waitForSelector('[data-node="block2.0.conv1"]')
    await page.click('[data-test=fit]')
    await page.waitForTimeout(100)
    const all = await page.locator('[data-test=overview] [data-node]').count()
    expect(all).toBeGreaterThan(60)
    expect(await inView()).toBe(all)
    expect(await page.innerText('[data-test=legend]')).toContain('Join')
    await zoom('in', async () => (await detail()) === 'figures')
    await page.waitForSelector('[data-test=map]')
    await page.click('[data-test=overview-toggle]')
  })

  it('had no error on the way', () => {
    expect(faults).toEqual([])
  })
})
