import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import type { WindowEvent } from '../../src/shared/ipc/events'
import type { Curve } from '../../src/shared/run/curves'
import { canContinue, type EpochMetrics, type RunDetail, type RunSummary } from '../../src/shared/run/schema'
import { randomFrom } from '../soak/random'
import {
  expectIndexWhole,
  expectNoHole,
  expectSameFigures,
  runsOf,
  smallExperiment,
  type RecordedRun
} from '../soak/runs'
import { trainElsewhere } from '../soak/trainer'
import { commandOf, processesOf } from '../support/processes'

/** Fewer than of the command line (`npm run soak` asks for more of both): after most of them the app is opened anew. */
const KILLS = Math.ceil(0.3 * Number(process.env.RESIDUUM_KILLS ?? 20))
const random = randomFrom(Number(process.env.RESIDUUM_SEED ?? 1))
const PATIENCE_MS = 60_000 + 20_000 * KILLS
const NAME = 'killed'
/** Some seconds of training, so that kills come before its end. */
const experiment = smallExperiment(NAME, 24)

const work = mkdtempSync(join(tmpdir(), 'residuum-app-kills-'))
const library = join(work, 'library')
/** Never stopped. */
let whole: RecordedRun
let app: ElectronApplication | null = null
let page: Page
/** As the window was told last. */
let isTraining = false
/** Every epoch that the window or the journal has ever told of, by run. */
const told = new Map<string, Map<number, EpochMetrics>>()

beforeAll(async () => {
  const file = join(work, 'experiment.json')
  writeFileSync(file, JSON.stringify(experiment))
  const elsewhere = join(work, 'whole')
  const { code, stderr } = await trainElsewhere(['--library', elsewhere, '--experiment', file], null)
  expect([code, stderr]).toEqual([0, ''])
  whole = (await runsOf(elsewhere, NAME))[0]!
  expect(whole.progress).toMatchObject({ ended: { status: 'finished' }, steps: 96 })
  expectNoHole(whole)
})
afterAll(() => {
  // Only a failed test leaves any.
  for (const { pid } of processesOf(library)) process.kill(pid, 'SIGKILL')
  rmSync(work, { recursive: true, force: true })
})

async function launch(): Promise<void> {
  isTraining = false
  // A killed Chromium leaves folders where temporary ones are made.
  ;({ app, page } = await launchApp({ library, settings: join(work, 'settings'), env: { TMPDIR: work } }))
  page.setDefaultTimeout(20_000)
  await page.exposeFunction('tellTest', hear)
  await page.evaluate(() => {
    window.residuum.subscribe((event) => (window as unknown as { tellTest: typeof hear }).tellTest(event))
  })
}

function hear(event: WindowEvent): void {
  if (event.type === 'training') isTraining = event.state !== null
  if (event.type === 'run-added' || event.type === 'run-changed') note(event.run.id, event.run.last)
}

function note(run: string, metrics: EpochMetrics | null): void {
  if (!told.has(run)) told.set(run, new Map())
  // Nothing may be told otherwise later: what was told first is compared with what stands.
  if (metrics && !told.get(run)!.has(metrics.epoch)) told.get(run)!.set(metrics.epoch, metrics)
}

const toldOf = (run: string): number => told.get(run)?.size ?? 0

const ask = async <T>(route: string, input?: unknown): Promise<T> => {
  const answer = await page.evaluate(
    ([name, value]) => window.residuum.request(name as never, value as never) as Promise<unknown>,
    [route, input] as const
  )
  expect(answer).toMatchObject({ ok: true })
  return (answer as { data: T }).data
}
const listed = async (): Promise<RunSummary[]> => (await ask<{ runs: RunSummary[] }>('runs.list', {})).runs

/** Goes on with the run, as a user does, or begins one; gives its id. */
async function train(unfinished: RecordedRun | undefined): Promise<string> {
  let id = unfinished?.id ?? ''
  if (!unfinished) ({ id } = await ask<{ id: string }>('training.start', experiment))
  else {
    // The index follows the folders at its own pace.
    const shown = async (): Promise<RunSummary | undefined> => (await listed()).find((run) => run.id === id)
    await expect.poll(async () => (await shown())?.status, { timeout: 20_000 }).toMatch(/interrupted|stopped/)
    await expect.poll(async () => (await shown())!.epochsDone).toBe(unfinished.progress.epochs.length)
    // The window has nothing to continue where only the end was not told any more.
    if (canContinue((await shown())!)) await clickContinue()
    else await ask('training.continue', { id })
  }
  await until(() => isTraining)
  return id
}

/** Where the Train screen does not show the run, the list does. */
async function clickContinue(): Promise<void> {
  const here = page.locator('[data-test=continue]')
  if (await here.isVisible()) return here.click()
  await page.click('nav a[data-place=compare]')
  await page.locator('[data-test=runs] tbody tr').getByRole('button', { name: 'Continue' }).click()
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 5, timeout: 60_000 }).toBe(true)
}

const trainers = (): Promise<number[]> =>
  app!.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter(({ name, serviceName }) => `${name} ${serviceName}`.includes('Residuum trainer'))
      .map(({ pid }) => pid)
  )

const kinds = ['trainer', 'main', 'main that asks'] as const
type Kind = (typeof kinds)[number]
let hand: Kind[] = []
/** In an order of chance, each as often as the others. */
function nextKind(): Kind {
  if (hand.length === 0) hand = [...kinds]
  return hand.splice(Math.floor(random() * hand.length), 1)[0]!
}

/** Waits for a moment of chance in the training of a run, and kills then; false where the run was over before. */
async function kill(kind: Kind, run: string): Promise<boolean> {
  const before = toldOf(run)
  // Some while TensorFlow loads and the run is made or taken up, most while it trains.
  const [epochs, ms] = random() < 0.3 ? [0, 2500 * random()] : [1 + Math.floor(3 * random()), 150 * random()]
  await until(() => !isTraining || toldOf(run) >= before + epochs)
  await sleep(ms)
  if (!isTraining) return false
  const pids = await trainers()
  if (kind === 'trainer') {
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(() => !isTraining)
    return pids.length > 0
  }
  const child = app!.process()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  // Where the run is over by then it does not ask, and ends.
  const isThere = kind === 'main' || (await openQuestion())
  if (isThere && kind !== 'main') await sleep(150 * random())
  if (isThere) process.kill(child.pid!, 'SIGKILL')
  await gone
  app = null
  const left = (): string[] => [
    ...pids.map(commandOf).filter(Boolean),
    ...processesOf(library).map((one) => one.command)
  ]
  await expect.poll(left, { timeout: 20_000 }).toEqual([])
  return isThere
}

/** Asks the app to quit and waits until it asks whether the run shall end; false where it ended instead. */
const openQuestion = (): Promise<boolean> =>
  app!
    .evaluate(({ app: electron, dialog }) => {
      const show = dialog.showMessageBox.bind(dialog) as (...args: unknown[]) => Promise<never>
      return new Promise<void>((resolve) => {
        dialog.showMessageBox = (...args: unknown[]) => {
          resolve()
          return show(...args)
        }
        setTimeout(() => electron.quit(), 0)
      })
    })
    .then(
      () => true,
      () => false
    )

/** What was told stands in the folders, as it was told; all that stands there counts as told from now on. */
async function expectNothingLost(): Promise<void> {
  const runs = await runsOf(library, NAME)
  expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining([...told.keys()]))
  for (const run of runs) {
    expectNoHole(run)
    const { epochs } = run.progress
    for (const metrics of told.get(run.id)?.values() ?? []) expect(epochs[metrics.epoch]).toEqual(metrics)
    for (const metrics of epochs) note(run.id, metrics)
  }
}

it(
  'loses nothing when its trainer or the app itself is killed again and again, and goes on to the figures of a run never stopped',
  async () => {
    const unfinished = async (): Promise<RecordedRun | undefined> =>
      (await runsOf(library, NAME)).find(({ progress }) => progress.ended?.status !== 'finished')
    for (let made = 0; ;) {
      const before = await unfinished()
      if (!before && made >= KILLS) break
      if (!app) await launch()
      const run = await train(before)
      if (made >= KILLS) await until(() => !isTraining)
      else if (await kill(nextKind(), run)) made += 1
      await expectNothingLost()
    }
    if (!app) await launch()
    const runs = await runsOf(library, NAME)
    const isListed = async (): Promise<string[]> => (await listed()).map(({ id, status }) => `${id} ${status}`).sort()
    await expect.poll(isListed, { timeout: 20_000 }).toEqual(runs.map(({ id }) => `${id} finished`).sort())
    for (const run of runs) {
      expectSameFigures(run, whole)
      const { epochs, summary } = await ask<RunDetail>('runs.get', { id: run.id })
      expect(epochs).toEqual(run.progress.epochs)
      expect(summary).toMatchObject({ status: 'finished', problem: null, steps: whole.progress.steps })
      const [curve] = await ask<Curve[]>('runs.curves', [{ run: run.id, name: 'loss', points: 1000 }])
      expect(Object.values(curve!.steps)).toEqual(Array.from({ length: whole.progress.steps }, (_, step) => step))
    }
    await app!.close()
    await expectIndexWhole(library)
  },
  PATIENCE_MS
)
