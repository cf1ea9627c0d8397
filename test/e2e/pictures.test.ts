import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'
import { writeEvaluation } from '../../src/main/run/evaluations'
import type { Evaluation } from '../../src/shared/run/schema'
import { addRun, ended, epochRecord, started, steps } from '../support/runFolders'

const root = mkdtempSync(join(tmpdir(), 'residuum-pictures-'))
const library = join(root, 'library')
const NAMES = Array.from({ length: 40 }, (_, index) => `${index} a class whose name is longer than any cell`)
/** A class that is often taken for another: the fullest cell off the diagonal. */
const [TRUE, TAKEN] = [3, 5]
let app: ElectronApplication
let page: Page
let ten: string
let forty: string
const faults: string[] = []

/** Predictions of 200 pictures over so many classes: class 3 is always taken for class 5, with less and less confidence. */
function predictions(epoch: number, count: number): Evaluation {
  const labels = Uint16Array.from({ length: 200 }, (_, picture) => picture % count)
  const classes = Uint16Array.from({ length: 200 * 5 }, (_, place) => {
    const label = labels[Math.floor(place / 5)]!
    return ((label === TRUE ? TAKEN : label) + (place % 5) * 6) % count
  })
  const probabilities = Float32Array.from({ length: 200 * 5 }, (_, place) => {
    const sure = 0.9 - Math.floor(place / 5) / 1000
    return place % 5 === 0 ? sure : (1 - sure) / 8
  })
  return {
    epoch,
    k: 5,
    pictures: Uint32Array.from({ length: 200 }, (_, picture) => picture * 7),
    labels,
    classes,
    probabilities,
    trueProbability: Float32Array.from(labels, (label) => (label === TRUE ? 0.0625 : 0.8))
  }
}

async function addEvaluated(dataset: string, classes: string[]): Promise<string> {
  const known = { name: dataset, classes, counts: { train: 50_000, test: 10_000 }, sha256: null, mean: [], std: [] }
  const epochs = [0.3, 0.6, 0.5].map((testAccuracy, epoch) => epochRecord(epoch, { testAccuracy }))
  const { id, folder } = await addRun(library, [{ ...started(4), dataset: known }, steps(0, 12), ...epochs, ended()])
  for (const epoch of [0, 1, 2]) await writeEvaluation(folder, predictions(epoch, classes.length))
  return id
}

beforeAll(async () => {
  const names = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
  ten = await addEvaluated('cifar10', names)
  forty = await addEvaluated('others', NAMES)
  ;({ app, page } = await launchApp({ library, settings: join(root, 'settings') }))
  page.setDefaultTimeout(15_000)
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.text().includes('missing text')) faults.push(message.text())
  })
})
afterEach(async () => {
  expect(faults.splice(0)).toEqual([])
  // What no screen has caught is told in a message.
  expect(await page.locator('.el-message--error, .el-notification').allTextContents()).toEqual([])
})
afterAll(async () => {
  await app.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const go = (place: string): Promise<void> => page.click(`nav a[data-place=${place}]`)
const ask = <T>(route: string, input: unknown): Promise<{ data: T }> =>
  page.evaluate(([name, value]) => window.residuum.request(name as never, value as never) as never, [
    route,
    input
  ] as const)
const focused = (attribute: string): Promise<string | null> =>
  page.evaluate((name) => document.activeElement?.getAttribute(name) ?? null, attribute)
/** Chooses a run by the list in the bar. */
async function choose(id: string): Promise<void> {
  const { data } = await ask<{ summary: { name: string } }>('runs.get', { id })
  await page.click('[data-test=run-select]')
  await page.click(`.el-select-dropdown__item:has-text("${data.summary.name}"):visible`)
}

describe('evaluate', () => {
  it('opens on the best epoch and says by what, and tells where another is shown', async () => {
    await go('evaluate')
    await page.waitForSelector('[data-test=confusion]')
    await choose(ten)
    await page.waitForSelector('[data-epoch="1"] th:has-text("airplane")')
    expect(await page.textContent('[data-test=epoch-note]')).toBe('Best epoch (Test accuracy)')
    await page.click('[data-test=epoch-select]')
    await page.click('.el-select-dropdown__item:visible >> nth=2')
    await page.waitForSelector('[data-epoch="2"]')
    expect(await page.textContent('[data-test=epoch-note]')).toBe('Best epoch: 2 (Test accuracy)')
    await page.click('[data-test=epoch-select]')
    await page.click('.el-select-dropdown__item:visible >> nth=1')
    await page.waitForSelector('[data-epoch="1"]')
  })

  it('is walked by keys: a cell with its pictures, one of them large, and back again', async () => {
    const cell = `[data-row="${TRUE}"][data-column="${TAKEN}"]`
    await page.locator('[data-test=confusion] td[tabindex="0"]').focus()
    for (let step = 0; step < TRUE; step++) await page.keyboard.press('ArrowDown')
    for (let step = 0; step < TAKEN; step++) await page.keyboard.press('ArrowRight')
    expect(await focused('data-column')).toBe(String(TAKEN))
    await page.keyboard.press('Enter')
    expect(await page.getAttribute(cell, 'aria-selected')).toBe('true')
    expect(await page.textContent('[data-test=cell-count]')).toContain('20 pictures')
    // The surest comes first: of rows 3, 13, 23, ... the first.
    const first = page.locator('[data-test=pictures] [data-place="0"]')
    expect(await first.getAttribute('data-picture')).toBe(String(3 * 7))

    await first.focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused('data-picture')).toBe(String(13 * 7))
    await page.keyboard.press('Enter')
    const large = page.locator('[data-test=large-picture]')
    const lines = large.locator('[data-test=best-classes] tbody tr')
    await lines.first().waitFor()
    // Three classes and, not among them, the true one with its own probability.
    expect(await lines.locator('.value').allTextContents()).toEqual(['88.7%', '1.4%', '1.4%', '6.3%'])
    expect(await lines.nth(3).textContent()).toContain('true class')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.locator('.picture-dialog header').textContent()).toContain(`#${23 * 7}`)
    await page.keyboard.press('Escape')
    await large.waitFor({ state: 'hidden' })
    await expect.poll(() => focused('data-picture')).toBe(String(23 * 7))
    // The first Escape closed the picture alone.
    expect(await page.getAttribute(cell, 'aria-selected')).toBe('true')
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-test=class-table]')
    expect(await page.getAttribute(cell, 'aria-selected')).toBe('false')
  })

  it('leaves the cell with the run, and names of forty classes stand clear of each other', async () => {
    await page.click('[data-test=mistakes] button >> nth=0')
    await page.waitForSelector('[data-test=cell-count]')
    await choose(forty)
    await page.waitForSelector('th:has-text("39 a class")')
    await page.waitForSelector('[data-test=class-table]')
    expect(await page.locator('[data-test=confusion] [aria-selected=true]').count()).toBe(0)
    const gaps = await page.evaluate(() => {
      const names = [...document.querySelectorAll<HTMLElement>('[data-test=confusion] thead bdi')]
      const middles = names.map((name) => name.parentElement!.getBoundingClientRect().x)
      return middles.slice(1).map((x, index) => (x - middles[index]!) * Math.SQRT1_2 - names[index]!.offsetHeight)
    })
    expect(gaps).toHaveLength(39)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    const rows = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-test=confusion] tbody th')].map(
        (head) => head.getBoundingClientRect().height - head.querySelector<HTMLElement>('bdi')!.offsetHeight
      )
    )
    expect(Math.min(...rows)).toBeGreaterThanOrEqual(0)
    // Its pictures are nobody's here: those of CIFAR-10 with the same numbers must not be shown for them.
    await page.click('[data-row="0"][data-column="0"]')
    await page.waitForSelector('[data-test=cell-count]')
    expect(await page.locator('[data-test=pictures]').count()).toBe(0)
  })

  it.each([
    [1024, 700],
    [1280, 800]
  ])('has all ten classes and the bar in sight at %i x %i', async (width, height) => {
    await resize(app, width, height)
    await choose(ten)
    await page.waitForSelector('th:has-text("truck")')
    const outside = (): Promise<string[]> =>
      page.evaluate(() => {
        const room = document.querySelector('[data-test=confusion]')!.parentElement!.getBoundingClientRect()
        const within = (box: DOMRect, frame: DOMRect): boolean =>
          box.left >= frame.left - 1 &&
          box.right <= frame.right + 1 &&
          box.top >= frame.top - 1 &&
          box.bottom <= frame.bottom + 1
        const frame = document.querySelector('main')!.getBoundingClientRect()
        const cells = [...document.querySelectorAll('[data-test=confusion] :is(td, th, thead bdi)')]
        const others = [...document.querySelectorAll('.evaluate-bar > *')]
        return [
          ...cells.filter((cell) => !within(cell.getBoundingClientRect(), room)),
          ...others.filter((one) => !within(one.getBoundingClientRect(), frame))
        ].map((one) => one.textContent)
      })
    await expect.poll(outside).toEqual([])
  })
})

describe('data', () => {
  const tiles = (): Promise<{ tops: number[]; bottom: number; right: number; room: number[] }> =>
    page.evaluate(() => {
      const room = document.querySelector('[data-test=pictures]')!.getBoundingClientRect()
      const boxes = [...document.querySelectorAll('.data [data-picture]')].map((tile) => tile.getBoundingClientRect())
      return {
        tops: boxes.map(({ top }) => top),
        bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
        right: Math.max(...boxes.map(({ right }) => right)),
        room: [room.right, room.bottom]
      }
    })

  it('fills the window with pictures, whatever its size, and they are the right ones', async () => {
    await go('data')
    await page.waitForSelector('.data [data-picture="0"] [data-drawn]')
    const columns: number[] = []
    for (const [width, height] of [
      [1024, 700],
      [1600, 900]
    ] as const) {
      await resize(app, width, height)
      await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width)
      await expect
        .poll(async () => {
          const { bottom, right, room } = await tiles()
          return [right > room[0]! - 40, bottom >= room[1]!]
        })
        .toEqual([true, true])
      const { tops } = await tiles()
      columns.push(tops.filter((top) => top === tops[0]).length)
    }
    expect(columns[1]).toBeGreaterThan(columns[0]!)
    const { data } = await ask<{ pixels: Uint8Array[] }>('datasets.pictures', {
      name: 'cifar10',
      split: 'train',
      indices: [4]
    })
    const drawn = await page
      .locator('.data [data-picture="4"] canvas')
      .evaluate((canvas) => [...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 32, 32).data])
    expect(drawn).toEqual(Object.values(data.pixels[0]!))
  })

  it('goes to a picture by its number, and says which there are', async () => {
    const field = page.locator('[data-test=goto] input')
    await page.click('[data-class="3"]')
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.data [data-picture]')].every((tile) => tile.ariaLabel!.endsWith('cat'))
    )
    await field.fill('50000')
    await field.press('Enter')
    expect(await page.textContent('[data-test=goto] [role=alert]')).toBe('None: 0 to 49,999 (training)')
    // It is an automobile: all classes are shown again.
    await field.fill('49999')
    await field.press('Enter')
    await expect.poll(() => focused('aria-label')).toBe('#49999 (training): automobile')
    expect(await page.getAttribute('[data-class=all]', 'aria-checked')).toBe('true')
    // The other part has fewer pictures; none is asked for that it lacks.
    await page.click('.data .el-radio-button:has-text("Test")')
    await page.waitForSelector('.data [data-picture="0"] [data-drawn]')
    expect(await page.textContent('[data-test=goto]')).toContain('0 to 9,999 (test)')
    await field.fill('9999')
    await field.press('Enter')
    await expect.poll(() => focused('data-picture')).toBe('9999')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-test=large-picture] [data-drawn]')
    expect(await page.textContent('.picture-dialog header')).toContain('#9999 (test)')
    await page.keyboard.press('Escape')
    await page.locator('[data-test=large-picture]').waitFor({ state: 'hidden' })
  })
})
