import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp, resize } from '../../scripts/launch.mjs'
import { changeUser } from '../../src/main/run/folder'
import { changeFrame } from '../../src/shared/architecture/edit'
import { presetExperiment } from '../../src/shared/presets'
import { lenet5 } from '../../src/shared/presets/lenet5'
import { addRun, ended, epochRecord, started, steps } from '../support/runFolders'

// Each test goes on where the one before it stopped.
const root = mkdtempSync(join(tmpdir(), 'residuum-train-'))
const library = join(root, 'library')
const cache = join(root, 'cache')
let app: ElectronApplication
let page: Page

/** What speeds are known is the test's own; data sets and all else are the user's. */
function makeCache(): void {
  const real = process.env.RESIDUUM_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'residuum')
  mkdirSync(cache)
  for (const name of readdirSync(real)) if (name !== 'speeds.json') symlinkSync(join(real, name), join(cache, name))
}

async function launch(): Promise<void> {
  const settings = join(root, 'settings')
  ;({ app, page } = await launchApp({ library, settings, env: { RESIDUUM_CACHE: cache } }))
  page.setDefaultTimeout(30_000)
  await resize(app, 1280, 800)
}

const go = (place: string): Promise<void> => page.click(`nav a[data-place=${place}]`)
const ask = <T>(route: string, input?: unknown): Promise<T> =>
  page.evaluate(
    async ([name, value]) => {
      const answer = await window.residuum.request(name as never, value as never)
      if (!answer.ok) throw new Error(JSON.stringify(answer.error))
      return answer.data as never
    },
    [route, input] as const
  )
const field = (path: string) => page.locator(`[data-setting="${path}"] input`)
async function fill(path: string, text: string): Promise<void> {
  await field(path).fill(text)
  await field(path).press('Tab')
}
const shownRun = (): Promise<string | null> => page.locator('[data-run]').getAttribute('data-run')
const idle = () => page.waitForSelector('[data-test=start]:not([disabled])', { timeout: 60_000 })

beforeAll(async () => {
  makeCache()
  await launch()
  await go('train')
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('before the first run', () => {
  it('says how long it will take, from the machine’s matrix product', async () => {
    await page.waitForSelector('.empty')
    await page.waitForSelector('[data-test=estimate]')
    expect(await page.innerText('[data-test=time]')).toMatch(/≈ .+ an epoch, .+ for 10 epochs.*matrix product/s)
  })

  it('measures a network on demand, which can be cancelled', async () => {
    await go('architecture')
    await page.click('[data-preset=lenet-5]')
    await go('train')
    await page.click('[data-test=measure]')
    await page.click('[data-test=cancel-measure]')
    await page.waitForSelector('[data-test=measure]')
    expect(await page.innerText('[data-test=time]')).toContain('matrix product')
    await page.click('[data-test=measure]')
    await page.waitForSelector('[data-test=cancel-measure]')
    await page.waitForSelector('[data-test=estimate]', { timeout: 60_000 })
    expect(await page.innerText('[data-test=time]')).toContain('Measured with this network')
    console.log(`measured: ${await page.innerText('[data-test=estimate]')}`)
    // It keeps no run.
    expect((await ask<{ total: number }>('runs.list', {})).total).toBe(0)
  })

  it('says why it cannot start, and leads there', async () => {
    await fill('epochs', '2.7')
    expect(await page.isDisabled('[data-test=start]')).toBe(true)
    expect(await page.innerText('[data-test=obstacle]')).toContain('Epochs')
    await page.click('[data-section=training] .toggle')
    await page.click('[data-test=obstacle-way]')
    await page.waitForFunction(() =>
      document.activeElement?.closest('[data-setting]')?.matches('[data-setting=epochs]')
    )
    await fill('epochs', '2')
    await fill('trainLimit', '1280')
    await fill('testLimit', '500')
    expect(await page.innerText('[data-test=obstacle]')).toBe('')

    await ask('architectures.create', changeFrame(lenet5(), { name: 'seven', classes: 7 }))
    await go('architecture')
    await page.click('[data-architecture=seven]')
    await go('train')
    await page.waitForSelector('[data-test=start][disabled]')
    expect(await page.innerText('[data-test=obstacle]')).toContain('1 problem')
    await page.click('[data-test=obstacle-way]')
    await page.waitForSelector('[data-test=problems]')
    await page.click('[data-preset=lenet-5]')
    await go('train')
    expect(await page.inputValue('[data-setting="epochs"] input')).toBe('2')
    await idle()
  })
})

describe('a run', () => {
  it('moves nothing when it starts, pauses, goes on and ends', async () => {
    await page.click('[data-test=start]')
    await page.waitForSelector('[data-run]')
    await idle()
    const first = await shownRun()
    const boxes = () =>
      page.evaluate(() =>
        ['[data-test=start]', '[data-test=pause], [data-test=resume]', '[data-test=stop]', '[data-setting=epochs]']
          .concat('[data-run]', 'canvas', '[data-test=time], [data-test=progress]', '#recipe', '#show')
          .map((selector) => {
            const { x, y, width, height } = document.querySelector(selector)!.getBoundingClientRect()
            return `${selector} ${[x, y, width, height].map(Math.round).join(' ')}`
          })
      )
    const before = await boxes()
    await fill('epochs', '60')
    await page.click('[data-test=start]')
    await page.waitForFunction((id) => document.querySelector<HTMLElement>('[data-run]')?.dataset.run !== id, first)
    expect(await boxes()).toEqual(before)
    await page.waitForSelector('[data-test=epochs-table] tbody tr')
    expect(await boxes()).toEqual(before)
    await page.click('[data-test=pause]')
    await page.waitForSelector('[data-test=resume]')
    expect(await boxes()).toEqual(before)

    // Another run is looked at meanwhile, and the recipe of the next one is prepared.
    await page.click('[data-test=train-run]')
    await page.locator('.el-select-dropdown__item:visible').nth(1).click()
    await expect.poll(shownRun).toBe(first)
    await expect.poll(() => page.locator('[data-test=epochs-table] tbody tr').count()).toBe(2)
    await fill('epochs', '3')
    await page.click('[data-test=show-running]')
    await expect.poll(shownRun).not.toBe(first)
    await page.click('[data-test=resume]')
    await page.click('[data-test=stop]')
    await idle()
    await page.waitForSelector('[data-run] [data-status=stopped]')
    // A run that was stopped can be continued, beside its name.
    expect((await boxes()).filter((box) => !before.includes(box))).toEqual([])
  })
})

describe('after a restart', () => {
  it('shows the last run, and any other with its recipe, which can be used and given back; looking writes nothing', async () => {
    const experiment = presetExperiment('resnet-20')
    Object.assign(experiment.recipe, { epochs: 5, diagnosticsEvery: 1 })
    const other = await addRun(library, [started(4), steps(0, 8), epochRecord(0), epochRecord(1), ended()], experiment)
    await changeUser(other.folder, { name: 'n'.repeat(200) })
    const last = await shownRun()
    await app.close()
    await launch()
    await page.waitForSelector('[data-run]')
    // The newest is what was put there last.
    expect(await shownRun()).toBe(other.id)
    expect(last).not.toBe(other.id)
    const written = (): string[] =>
      readdirSync(join(library, 'runs'), { recursive: true, encoding: 'utf8' }).map((name) => {
        const { size, mtimeMs } = statSync(join(library, 'runs', name))
        return `${name} ${size} ${mtimeMs}`
      })
    const before = written()

    await go('compare')
    await page.locator('[data-test=runs] tbody tr').nth(1).locator('[data-test=open-train]').click()
    await expect.poll(shownRun).toBe(last)
    await page.click('[data-test=train-run]')
    await page.locator('.el-select-dropdown__item:visible').nth(0).click()
    await expect.poll(shownRun).toBe(other.id)
    await page.click('[data-test=recipe-shown]')
    const setting = (path: string) => page.locator(`[data-run-setting="${path}"]`)
    expect(await setting('epochs').innerText()).toMatch(/Epochs\s+≠\s+5/)
    expect(await page.locator('[data-test=run-recipe] input').count()).toBe(0)
    await page.click('[data-test=use-recipe]')
    expect(await field('epochs').inputValue()).toBe('5')
    await page.click('[data-test=undo-use]')
    expect(await field('epochs').inputValue()).toBe('3')
    expect(written()).toEqual(before)

    // A name of 200 letters has its place, and no more.
    const bar = (await page.locator('[data-run]').boundingBox())!
    expect(bar.x + bar.width).toBeLessThanOrEqual(1280)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280)
  })
})
