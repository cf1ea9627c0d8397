import axe from 'axe-core'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { changeUser } from '../../src/main/run/folder'
import { addRun, append, ended, epochRecord, started, steps } from '../support/runFolders'

const root = mkdtempSync(join(tmpdir(), 'residuum-charts-'))
const library = join(root, 'library')
const RUNS = 12
const STEPS = 50_000
const EPOCHS = 10
const DIVERGED = 'the one that diverged'
/** Of the diverged run. */
const DIVERGES = 30_000
let app: ElectronApplication
let page: Page
const faults: string[] = []

const lossOf = (run: number) => (step: number) =>
  run === 0 && step >= DIVERGES ? 1e6 * (step - DIVERGES + 1) : 2.3 * Math.exp(-step / (9000 + 500 * run))

beforeAll(async () => {
  for (let run = 0; run < RUNS; run++) {
    const { folder } = await addRun(library, [])
    await changeUser(folder, { name: run === 0 ? DIVERGED : `run ${run}` })
    await append(folder, [
      started(STEPS / EPOCHS),
      ...Array.from({ length: EPOCHS }, (_, epoch) => [
        steps((epoch * STEPS) / EPOCHS, STEPS / EPOCHS, lossOf(run)),
        epochRecord(epoch, {
          testAccuracy: 0.3 + epoch / 20,
          testLoss: run === 0 ? null : lossOf(run)(((epoch + 1) * STEPS) / EPOCHS),
          validationLoss: null
        })
      ]).flat(),
      ended()
    ])
  }
  ;({ app, page } = await launchApp({ library, settings: join(root, 'settings') }))
  page.setDefaultTimeout(20_000)
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.text().includes('missing text')) faults.push(message.text())
  })
  await page.click('nav a[data-place=compare]')
  await page.waitForSelector('[data-test=comparison] canvas')
  await page.locator('[data-test=runs] thead .el-checkbox').first().click()
  await page.waitForFunction((count) => document.querySelectorAll('[data-owner]').length === count, RUNS)
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const chart = (id: string, part: string): string => `[data-chart=${id}] [data-test=${part}]`
const boxOf = async (id = 'loss') => (await page.locator(chart(id, 'plot')).boundingBox())!
/** Points at a share of a plot's width, between its labels and its edge. */
async function point(share: number): Promise<void> {
  const { x, y, width, height } = await boxOf()
  await page.mouse.move(x + 60 + share * (width - 80), y + height / 2)
}
/** What the readouts of both charts say, the place first. */
const readouts = (): Promise<string[]> => page.locator('[data-test=readout]').allInnerTexts()
const placeOf = (text: string): number => Number(/[\d.,]+/.exec(text)![0].replaceAll(',', ''))
const places = async (): Promise<number[]> => (await readouts()).map(placeOf)
const choose = async (item: string): Promise<void> => {
  await page.click(chart('loss', 'chart-menu'))
  await page.click(`[data-item=${item}]`)
}
const copiedText = (): Promise<string> => app.evaluate(({ clipboard }) => clipboard.readText())

it('says which line leaves the axis and where, and shows all values when asked', async () => {
  const note = page.locator(chart('loss', 'chart-note'))
  await expect.poll(() => note.textContent()).toMatch(new RegExp(`^${DIVERGED} · Train is above the axis from epoch 6`))
  await page.click(chart('loss', 'chart-full'))
  await expect.poll(() => note.textContent()).toBe('')
  await page.click(chart('loss', 'chart-full'))
  await expect.poll(() => note.textContent()).not.toBe('')
})

it('reads all charts at one place, the runs next to the pointer', async () => {
  await point(0.5)
  await expect.poll(() => page.locator('[data-test=cursor]').count()).toBe(2)
  const [accuracy, loss] = await places()
  expect(accuracy).toBe(loss)
  expect(loss).toBeGreaterThan(3)
  // In the middle of the plot of loss: the highest of those that are on the axis.
  for (const text of await readouts()) expect(text).toMatch(/run 11[^]*more runs/)
})

it('switches runs and kinds of lines, by key too, and shows one alone', async () => {
  const owner = page.locator('[data-owner]:has-text("run 5")')
  await owner.focus()
  await page.keyboard.press('Space')
  expect(await owner.getAttribute('aria-pressed')).toBe('false')
  await point(0.5)
  await expect.poll(async () => (await readouts()).some((text) => text.includes('run 5'))).toBe(false)
  await owner.click({ modifiers: ['Shift'] })
  expect(await page.locator('[data-owner][aria-pressed=true]').count()).toBe(1)
  await page.click('[data-line=test]')
  await point(0.5)
  const loss = async (): Promise<string> => (await readouts()).at(-1) ?? ''
  await expect.poll(loss).toContain('run 5')
  expect(await loss()).not.toContain('Test')
  await page.click('[data-line=test]')
})

it('zooms both charts by dragging, wheel, buttons and keys, finer from the library’s levels, and back', async () => {
  const reset = page.locator('[data-test=zoom-reset]')
  expect(await reset.isDisabled()).toBe(true)
  await page.click('[data-axis=step]')
  const { x, y, width, height } = await boxOf()
  await point(0.5)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.56, y + height / 2, { steps: 3 })
  await page.mouse.up()
  await expect.poll(() => reset.isDisabled()).toBe(false)
  await point(0)
  const dragged = (await places())[0]!
  expect(dragged).toBeGreaterThan(0.4 * STEPS)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  await page.click('[data-test=zoom-in]')

  // Of 50,000 steps the whole shows groups: the part shows each.
  await expect
    .poll(async () => {
      await choose('copy-csv')
      const at = (await copiedText())
        .split('\r\n')
        .flatMap((row) => (row.includes(',Train,') ? [Number(row.split(',')[3])] : []))
      return at.length > 100 && at.every((step, index) => index === 0 || step === at[index - 1]! + 1)
    })
    .toBe(true)

  await page.focus(chart('loss', 'plot'))
  await page.keyboard.press('Home')
  const [before] = await places()
  await page.keyboard.press('End')
  await page.keyboard.press('-')
  await page.keyboard.press('Home')
  await expect.poll(async () => (await places())[0]).toBeLessThan(before!)
  await page.keyboard.press('0')
  await expect.poll(() => reset.isDisabled()).toBe(true)
})

it('copies and saves what is shown, as a picture with its legend and as figures', async () => {
  await choose('copy-csv')
  const rows = (await copiedText()).trim().split('\r\n')
  expect(rows[0]).toBe('chart,run,line,step,value,smoothed,lowest,highest')
  // Only one run is switched on.
  expect(new Set(rows.slice(1).map((row) => row.split(',')[1]))).toEqual(new Set(['run 5']))
  const train = rows.filter((row) => row.includes(',Train,')).at(-1)!
  expect(train.split(',')[3]).toBe(String(STEPS))

  await choose('copy-png')
  const size = (): Promise<{ width: number; height: number }> =>
    app.evaluate(({ clipboard }) => clipboard.readImage().getSize())
  const { width, height } = await boxOf()
  await expect.poll(async () => (await size()).width).toBeGreaterThan(width)
  expect((await size()).height).toBeGreaterThan(height)

  const file = join(root, 'chart.png')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await choose('save-png')
  await expect.poll(() => readPng(file)).toBe('PNG')
})
const readPng = (file: string): string | null => {
  try {
    return readFileSync(file).subarray(1, 4).toString()
  } catch {
    return null
  }
}

it('has its figures as a table, on a logarithmic axis too, and nothing that axe finds', async () => {
  await page.click('[data-owner]:has-text("run 5")', { modifiers: ['Shift'] })
  await page.click(chart('loss', 'chart-log'))
  await page.click(chart('loss', 'chart-table'))
  const table = page.locator('[data-test=chart-figures]')
  expect(await table.locator('tbody tr').count()).toBe(2 * RUNS - 1)
  expect(await table.locator(`tr:has-text("${DIVERGED}")`).first().innerText()).toContain('e10')
  await page.evaluate(axe.source)
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((value) => window.residuum.request('settings.set' as never, { theme: value } as never), theme)
    await expect
      .poll(() => page.evaluate(() => document.documentElement.className.includes('dark')))
      .toBe(theme === 'dark')
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
    const { violations } = (await page.evaluate(
      () => (window as unknown as { axe: typeof axe }).axe.run('[data-test=charts]') as never
    )) as unknown as axe.AxeResults
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
  }
  await page.click(chart('loss', 'chart-table'))
  await page.click(chart('loss', 'chart-log'))
})

it('zooms twelve runs of 50,000 steps; the times of the frames are printed', async () => {
  await point(0.5)
  const times = await page.evaluate(
    async (selector) => {
      const plot = document.querySelector(selector)!
      const { left, top, width, height } = plot.getBoundingClientRect()
      const at = {
        clientX: left + width / 2,
        clientY: top + height / 2,
        ctrlKey: true,
        bubbles: true,
        cancelable: true
      }
      const frames: number[] = []
      for (let frame = 0; frame < 60; frame++) {
        const before = performance.now()
        plot.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: frame < 30 ? -40 : 40 }))
        await new Promise(requestAnimationFrame)
        await new Promise(requestAnimationFrame)
        frames.push(performance.now() - before)
      }
      return frames.sort((a, b) => a - b)
    },
    chart('loss', 'plot')
  )
  console.log(
    `zoom, ${RUNS} runs of ${STEPS} steps in two charts: two frames take ${times[30]!.toFixed(0)} ms (median), ` +
      `${times[57]!.toFixed(0)} ms (95 %)`
  )
  expect(faults).toEqual([])
})
