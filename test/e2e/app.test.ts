import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { writeEvaluation } from '../../src/main/run/evaluations'
import { changeUser, createRun } from '../../src/main/run/folder'
import { presetExperiment } from '../../src/shared/presets'
import type { Curve } from '../../src/shared/run/curves'
import type { Settings } from '../../src/shared/app/settings'
import type { RunDetail, RunEvaluation, RunSummary } from '../../src/shared/run/schema'
import { append, ended, epochRecord, started } from '../support/runFolders'

// Each test goes on where the one before it stopped, as a user's first hour does.
const root = mkdtempSync(join(tmpdir(), 'residuum-e2e-'))
const library = join(root, 'library')
const settings = join(root, 'settings')
let app: ElectronApplication
let page: Page
/** What went wrong in the window unseen: uncaught errors and texts that do not exist. */
const faults: string[] = []

async function launch(): Promise<void> {
  const launched = await launchApp({ library, settings })
  app = launched.app
  page = launched.page
  page.setDefaultTimeout(30_000)
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.text().includes('missing text')) faults.push(message.text())
  })
}

const go = (place: string): Promise<void> => page.click(`nav a[data-place=${place}]`)
/** Main's answer, as the window gets it. */
const ask = <T>(route: string, input?: unknown): Promise<{ ok: boolean; data: T; error: { code: string } }> =>
  page.evaluate(([name, value]) => window.residuum.request(name as never, value as never) as never, [
    route,
    input
  ] as const)
const runs = async (): Promise<RunSummary[]> => (await ask<{ runs: RunSummary[] }>('runs.list', {})).data.runs
/** Numbers of the steps recorded of a run, in their order. */
const stepsOf = async (run: string): Promise<number[]> => {
  const [curve] = (await ask<Curve[]>('runs.curves', [{ run, name: 'loss', points: 20_000 }])).data
  return Object.values(curve!.steps)
}

const field = (path: string): string => `[data-setting="${path}"]`
/** Types a setting of the recipe, by its path. */
async function fill(path: string, value: number): Promise<void> {
  const input = page.locator(`${field(path)} input`)
  await input.fill(String(value))
  await input.press('Tab')
}

async function start(recipe: { epochs: number; trainLimit: number; testLimit: number }): Promise<void> {
  await go('train')
  await fill('epochs', recipe.epochs)
  await fill('trainLimit', recipe.trainLimit)
  await fill('testLimit', recipe.testLimit)
  // Until the new run is there the former is shown.
  const shown = page.locator('[data-run]')
  const former = (await shown.count()) > 0 ? await shown.getAttribute('data-run') : null
  await page.click('[data-test=start]')
  await page.waitForFunction((id) => {
    const now = document.querySelector<HTMLElement>('[data-run]')?.dataset.run
    return now !== undefined && now !== id
  }, former)
}

/** Names of the runs whose settings stand side by side. */
const compared = async (): Promise<string[]> =>
  (await page.locator('[data-test=differences] thead th').allTextContents())
    .map((text) => text.trim())
    .filter(Boolean)
    .sort()

/** Process ids of trainers that the app runs. */
const trainers = (): Promise<number[]> =>
  app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter(({ name, serviceName }) => `${name} ${serviceName}`.includes('Residuum trainer'))
      .map(({ pid }) => pid)
  )

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

beforeAll(launch)
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  const main = await page.locator('main').innerText({ timeout: 2000 }).catch(String)
  console.log(`The window shows:\n${main}\nRuns: ${JSON.stringify(await runs())}`)
  console.log(`State: ${JSON.stringify(await ask('training.state'))}`)
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

describe('the window', () => {
  it('says which device and TensorFlow are used', async () => {
    await page.waitForFunction(() =>
      /(CPU|GPU): .+ TensorFlow \d+\.\d+/.test(document.querySelector('[data-test=device]')!.textContent!)
    )
  })

  it('is shut off from Node, the network and other origins', async () => {
    const reach = await page.evaluate(async () => ({
      require: typeof (window as unknown as { require: unknown }).require,
      process: typeof (window as unknown as { process: unknown }).process,
      bridge: Object.keys(window.residuum).sort(),
      fetch: await fetch('http://127.0.0.1:9/').then(
        () => 'allowed',
        () => 'refused'
      ),
      evil: await new Promise<string>((resolve) => {
        const script = document.createElement('script')
        script.textContent = 'document.body.dataset.evil = "ran"'
        document.body.append(script)
        setTimeout(() => resolve(document.body.dataset.evil ?? 'blocked'), 100)
      }),
      opened: window.open('http://127.0.0.1:9/'),
      permission: (await navigator.permissions.query({ name: 'geolocation' })).state,
      outside: await fetch('/..%2fmain%2findex.cjs').then(({ status }) => status)
    }))
    expect(reach).toEqual({
      require: 'undefined',
      process: 'undefined',
      bridge: ['request', 'subscribe'],
      fetch: 'refused',
      evil: 'blocked',
      opened: null,
      permission: 'denied',
      outside: 404
    })
  })

  it.each([
    ['nothing.like.this', undefined],
    ['toString', undefined],
    ['runs.get', { id: 7 }],
    ['runs.delete', undefined],
    ['datasets.pictures', { name: '../../etc', split: 'test', indices: [0] }],
    ['settings.set', { theme: 'purple' }],
    ['training.start', { format: 'residuum.experiment', version: 99 }]
  ])('refuses the request %s with %j', async (route, input) => {
    expect(await ask(route, input)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  })

  it('shows the whole seed ResNet with the inside of its blocks', async () => {
    await go('architecture')
    await page.click('[data-preset=seed-resnet]')
    expect(await page.textContent('[data-test=parameters]')).toContain('11,180,810')
    await page.click('[data-test=overview-toggle]')
    await page.click('[data-node=block3] .toggle')
    await page.waitForSelector('[data-node="block3.0.shortcut"]')
    expect(await page.textContent('[data-node="block3.0.shortcut"]')).toContain('128x12x12')
    expect(await page.locator('[data-node="block3.1.shortcut"]').count()).toBe(0)
    await page.click('[data-test=overview-toggle]')
    await page.click('[data-preset=resnet-20]')
    await page.waitForSelector('[data-node=layer1]')
  })

  it('says what to do where there is no run yet', async () => {
    await go('evaluate')
    await page.waitForSelector('.empty button')
    await go('compare')
    await page.waitForSelector('.empty button')
  })
})

describe('training', () => {
  it('trains ResNet-20 on 1,000 pictures for 2 epochs and the loss falls', async () => {
    await start({ epochs: 2, trainLimit: 1000, testLimit: 500 })
    await page.waitForSelector('[data-test=progress]')
    // The window answers while steps run.
    const asked = Date.now()
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    expect(Date.now() - asked).toBeLessThan(2000)
    await page.waitForSelector('[data-status=finished]', { timeout: 120_000 })
    await expect.poll(() => page.locator('[data-test=epochs-table] tbody tr').count()).toBe(2)
    const [run] = await runs()
    const { data } = await ask<RunDetail>('runs.get', { id: run!.id })
    expect(await stepsOf(run!.id)).toHaveLength(2 * 8)
    expect(data.stepsPerEpoch).toBe(8)
    expect(data.epochs[1]!.loss).toBeLessThan(data.epochs[0]!.loss!)
    expect(run).toMatchObject({ status: 'finished', epochsDone: 2, device: { kind: expect.stringMatching(/cpu|gpu/) } })
  })

  it('trains with augmentation, averages and held-out pictures, and shows the layers while it does', async () => {
    await go('train')
    await page.click('[data-section=augmentation] .toggle')
    await page.click(`${field('augmentation.horizontalFlip')} .el-select`)
    await page.click('.el-select-dropdown__item:has-text("Alternating"):visible')
    await page.click(`${field('augmentation.crop')} .el-switch`)
    await fill('augmentation.crop.padding', 3)
    await fill('augmentation.cutout', 8)
    await page.click('[data-section=validation] .toggle')
    await fill('validationShare', 0.2)
    await page.click(`${field('monitor')} .el-select`)
    await page.click('.el-select-dropdown__item:has-text("Validation loss"):visible')
    await page.click('[data-section=diagnostics] .toggle')
    await fill('diagnosticsEvery', 1)
    await page.click('[data-section=weights] .toggle')
    await page.click(`${field('averaging')} .el-switch`)
    await fill('averaging.decay', 0.9)
    await start({ epochs: 1, trainLimit: 640, testLimit: 500 })
    await page.click('[data-test=show-layers]')
    await page.waitForSelector('[data-test=layers-table] tbody tr:has-text("layer3.2.conv2")')
    await page.waitForSelector('[data-test=start]:not([disabled])')
    const [run] = await runs()
    const { data } = await ask<RunDetail>('runs.get', { id: run!.id })
    expect(data.summary).toMatchObject({ status: 'finished', epochsDone: 1 })
    expect(await stepsOf(run!.id)).toHaveLength(4)
    expect(data.epochs[0]!.score).toBe(-data.epochs[0]!.validationLoss!)
    expect(data.experiment!.recipe).toMatchObject({
      augmentation: { horizontalFlip: 'alternating', crop: { padding: 3, mode: 'zeros' }, cutout: 8 },
      validationShare: 0.2,
      monitor: 'validationLoss',
      averaging: { decay: 0.9 },
      diagnosticsEvery: 1
    })
    await page.click('[data-test=show-epochs]')
    expect(await page.textContent('[data-test=epochs-table] thead')).toContain('Validation accuracy')
    // The tests that follow count on the preset's own recipe.
    await page.click('button:has-text("Back to the preset")')
  })

  it('pauses, resumes and stops', async () => {
    await start({ epochs: 60, trainLimit: 1000, testLimit: 200 })
    await page.waitForSelector('[data-test=epochs-table] tbody tr', { timeout: 60_000 })
    await page.click('[data-test=pause]')
    await page.waitForSelector('[data-test=resume]')
    const steps = async (): Promise<number> => (await stepsOf((await runs())[0]!.id)).length
    const paused = await steps()
    await page.waitForTimeout(1500)
    expect(await steps()).toBe(paused)
    expect((await runs())[0]!.status).toBe('paused')
    await page.click('[data-test=resume]')
    await expect.poll(steps, { timeout: 30_000 }).toBeGreaterThan(paused)
    await page.click('[data-test=stop]')
    await page.waitForSelector('[data-test=start]:not([disabled])')
    await expect.poll(async () => (await runs())[0]!.status).toBe('stopped')
  })

  it('survives the death of the trainer in mid-epoch and keeps what was recorded', async () => {
    await start({ epochs: 60, trainLimit: 1000, testLimit: 200 })
    await page.waitForSelector('[data-test=epochs-table] tbody tr', { timeout: 60_000 })
    const [pid] = await trainers()
    process.kill(pid!, 'SIGKILL')
    await page.waitForSelector('[data-test=run-error]')
    // Electron does not always have the signal; it is not guessed then.
    expect(await page.textContent('[data-test=run-error]')).toMatch(
      /trainer process was killed|it was killed or crashed/
    )
    const [run] = await runs()
    expect(run).toMatchObject({ status: 'interrupted', epochs: 60 })
    expect(run!.epochsDone).toBeGreaterThan(0)

    // It goes on from its last checkpoint, in a new process, as the same run.
    await page.click('[data-test=continue]')
    await expect.poll(async () => (await runs())[0]!.epochsDone, { timeout: 60_000 }).toBeGreaterThan(run!.epochsDone)
    const steps = await stepsOf(run!.id)
    expect(steps).toEqual(steps.map((_, index) => index))
    await page.click('[data-test=stop]')
    await page.waitForSelector('[data-test=start]:not([disabled])')
  })

  it('goes on while the window is loaded anew, and shows the run again', async () => {
    await start({ epochs: 60, trainLimit: 1000, testLimit: 200 })
    await page.waitForSelector('[data-test=epochs-table] tbody tr', { timeout: 60_000 })
    await page.reload()
    await page.waitForSelector('[data-test=stop]:not([disabled])')
    await page.waitForSelector('[data-test=progress]')
    await page.click('[data-test=stop]')
    await expect.poll(async () => (await runs())[0]!.status, { timeout: 30_000 }).toBe('stopped')
  })
})

describe('evaluation', () => {
  it('shows a confusion matrix of all test pictures, and the pictures behind a cell', async () => {
    await go('compare')
    const finished = (await runs()).find(({ status }) => status === 'finished')!
    await page
      .locator('[data-test=runs] tbody tr', { hasText: finished.name })
      .getByRole('button', { name: 'Evaluate' })
      .click()
    await page.waitForSelector('[data-test=confusion]')
    expect(await page.textContent('[data-test=accuracy]')).toContain('of 500')
    expect(await page.getAttribute('[data-total]', 'data-total')).toBe('500')
    const { data } = await ask<RunEvaluation>('runs.evaluation', { id: finished.id, epoch: null })
    const { k, labels, classes } = data.evaluation
    expect([k, data.evaluation.epoch]).toEqual([5, finished.best!.epoch])
    const cells = new Map<string, number>()
    Object.values(labels).forEach((label, index) => {
      const key = `${label},${classes[index * k]}`
      cells.set(key, (cells.get(key) ?? 0) + 1)
    })
    const shown = await page.locator('[data-test=confusion] tbody td').allTextContents()
    expect(shown.map(Number)).toEqual(
      Array.from({ length: 100 }, (_, cell) => cells.get(`${Math.floor(cell / 10)},${cell % 10}`) ?? 0)
    )

    const [fullest, count] = [...cells].sort(([, a], [, b]) => b - a)[0]!
    const [row, column] = fullest.split(',').map(Number) as [number, number]
    await page.click(`[data-row="${row}"][data-column="${column}"]`)
    await page.waitForSelector('[data-test=pictures] [data-picture] [data-drawn]')
    expect(await page.textContent('[data-test=cell-count]')).toContain(String(count))
  })
})

describe('over restarts', () => {
  it('keeps all runs, the place and the choices, and compares two runs', async () => {
    const before = await runs()
    await go('train')
    await fill('epochs', 17)
    await page.click('[data-test=settings]')
    await page.getByText('中文', { exact: true }).click()
    await page.getByText('深色', { exact: true }).click()
    await expect.poll(() => page.evaluate(() => document.documentElement.className)).toContain('dark')
    await page.keyboard.press('Escape')
    await go('compare')
    await app.close()
    await launch()
    expect(await runs()).toEqual(before)
    await go('train')
    expect(await page.inputValue(`${field('epochs')} input`)).toBe('17')
    await go('compare')
    await page.waitForSelector('[data-test=runs]')
    expect(await page.textContent('nav')).toContain('训练')
    expect(await page.evaluate(() => document.documentElement.className)).toContain('dark')

    // Two runs are chosen to begin with; all are taken off and two others put in.
    await page.waitForSelector('[data-test=comparison] canvas')
    const rows = page.locator('[data-test=runs] tbody tr')
    expect(await rows.count()).toBe(before.length)
    await rows.nth(0).click()
    await rows.nth(3).click()
    const chosen = [before[1]!.name, before[3]!.name]
    await expect.poll(compared).toEqual(chosen.sort())
    expect(await page.locator('[data-test=comparison] canvas').count()).toBe(2)
    const differing = await page.locator('[data-test=differences] tr.differs th').allTextContents()
    expect(differing.some((text) => text.includes('轮数'))).toBe(true)
    expect(differing.some((text) => text.includes('学习率'))).toBe(false)
  })

  it('keeps what was chosen while runs are searched and sorted, and takes a deleted run back', async () => {
    const rows = page.locator('[data-test=runs] tbody tr')
    const chosen = await compared()
    await page.fill('[data-test=search-runs]', 'no run has such a name')
    await expect.poll(() => rows.count()).toBe(0)
    expect(await compared()).toEqual(chosen)
    await page.fill('[data-test=search-runs]', '')
    await page.click('[data-test=runs] th:has-text("轮数")')
    const before = await runs()
    const epochs = before.map((run) => run.epochsDone).sort((a, b) => b - a)
    await expect
      .poll(async () => (await rows.locator('td:nth-child(5)').allTextContents()).map((text) => parseInt(text)))
      .toEqual(epochs)
    expect(await compared()).toEqual(chosen)

    await rows.filter({ hasText: chosen[0]! }).locator('[data-test=delete]').click()
    await expect.poll(compared).toEqual(chosen.slice(1))
    expect((await runs()).map(({ name }) => name)).not.toContain(chosen[0])
    await page.click('[data-test=notice-action]')
    await expect.poll(compared).toEqual(chosen)
    expect(await runs()).toEqual(before)
    // The order is kept over restarts; the tests that follow want the newest first.
    expect((await ask<Settings>('settings.get')).data.runSort).toEqual({ by: 'epochsDone', descending: true })
    await page.click('[data-test=runs] th:has-text("开始时间")')
    await page.click('[data-test=clear-chosen]')
    await expect.poll(() => page.locator('[data-test=comparison]').count()).toBe(0)
  })

  it('leaves no trainer behind when the app is killed, and finds the run interrupted', async () => {
    await start({ epochs: 60, trainLimit: 1000, testLimit: 200 })
    await page.waitForSelector('[data-test=epochs-table] tbody tr', { timeout: 60_000 })
    const [pid] = await trainers()
    app.process().kill('SIGKILL')
    await expect.poll(() => isAlive(pid!), { timeout: 20_000 }).toBe(false)
    await launch()
    const [run] = await runs()
    expect(run).toMatchObject({ status: 'interrupted', epochs: 60 })
    expect(run!.epochsDone).toBeGreaterThan(0)
  })

  it('shows the one best epoch by a run’s own figure everywhere, and none of a run that has diverged', async () => {
    const record = async (
      name: string,
      epochs: { testAccuracy: number; testLoss: number; validationLoss: number }[]
    ): Promise<void> => {
      const experiment = presetExperiment('lenet-5')
      Object.assign(experiment.recipe, { epochs: epochs.length, monitor: 'validationLoss', validationShare: 0.2 })
      const { folder } = await createRun(library, experiment)
      await changeUser(folder, { name })
      for (const epoch of epochs.keys()) {
        await writeEvaluation(folder, {
          epoch,
          k: 1,
          pictures: Uint32Array.of(0, 1),
          labels: Uint16Array.of(0, 1),
          classes: Uint16Array.of(0, 2),
          probabilities: Float32Array.of(1, 1),
          trueProbability: null
        })
      }
      const rest = { loss: 1, trainAccuracy: 0.5, validationAccuracy: 0.3, seconds: 1, imagesPerSecond: 1 }
      await append(folder, [
        started(1),
        ...epochs.map((figures, epoch) => epochRecord(epoch, { ...rest, ...figures, score: -figures.validationLoss })),
        ended('finished')
      ])
    }
    await record('by validation', [
      { testAccuracy: 0.31, testLoss: 2, validationLoss: 2 },
      { testAccuracy: 0.345, testLoss: 2, validationLoss: 1.9 },
      { testAccuracy: 0.37, testLoss: 2, validationLoss: 2.1 }
    ])
    await record('run away', [{ testAccuracy: 0.5, testLoss: 2.6e22, validationLoss: 1 }])
    // They come into the app's list by themselves; the newest two are chosen at the first look at them.
    const done = async (): Promise<number[]> => {
      const answer = await page.evaluate(() => window.residuum.request('runs.list', { limit: 2 }))
      return answer.ok ? answer.data.runs.map(({ epochsDone }) => epochsDone) : []
    }
    await expect.poll(done).toEqual([1, 3])
    await go('compare')
    const row = (name: string) => page.locator('[data-test=runs] tbody tr', { hasText: name })
    await expect.poll(() => row('by validation').locator('td').nth(3).textContent()).toContain('34.50% (2)')
    expect((await row('run away').locator('td').nth(3).textContent())!.trim()).toBe('–')
    expect(await row('run away').locator('[data-status]').textContent()).toContain('发散')
    const figure = (label: string): Promise<string[]> =>
      page.locator('[data-test=differences] tbody tr', { hasText: label }).first().locator('td').allTextContents()
    await expect.poll(async () => (await figure('最佳轮次的测试准确率')).sort()).toEqual(['34.50%', '–'])
    await row('by validation').getByRole('button', { name: '评估' }).click()
    await page.waitForSelector('[data-total="2"][data-epoch="1"]')
    await go('compare')
    await row('run away').getByRole('button', { name: '评估' }).click()
    await page.waitForSelector('[data-total="2"][data-epoch="0"]')
  })

  it('shows the settings and what the app is', async () => {
    await page.click('[data-test=settings]')
    await page.getByRole('button', { name: '关于 Residuum' }).click()
    await page.waitForSelector('[data-test=about]')
    await expect.poll(() => page.textContent('[data-test=about]')).toMatch(/TensorFlow\d+\.\d+/)
    await page.keyboard.press('Escape')
  })

  it('had no error and no missing text on the way', () => {
    expect(faults).toEqual([])
  })

  it('cannot be navigated away', async () => {
    // Last of all: the driver waits for ever for a navigation that was denied.
    await page.evaluate(() => void (location.href = 'http://127.0.0.1:9/'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(page.url()).toMatch(/^residuum:\/\/app\//)
  })
})
