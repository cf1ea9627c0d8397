import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Library } from '../../src/main/library/library'
import { randomFrom } from '../soak/random'
import {
  expectIndexWhole,
  expectNoHole,
  expectSameFigures,
  root,
  runsOf,
  smallExperiment,
  type RecordedRun
} from '../soak/runs'
import { trainElsewhere, type Kill, type Trained } from '../soak/trainer'
import { canMount, fillDisk, mount, unmount } from '../support/smallDisk'

/** `npm run soak` asks for more. */
const KILLS = Number(process.env.RESIDUUM_KILLS ?? 20)
const ON_FULL_DISK = Math.ceil(KILLS / 5)
const SEED = Number(process.env.RESIDUUM_SEED ?? 1)
const PATIENCE_MS = 20_000 + 15_000 * KILLS
/** Runs that are trained at once in one library. */
const LANES = 2
const work = mkdtempSync(join(tmpdir(), 'residuum-kill-'))

/** Never stopped. */
let whole: RecordedRun

beforeAll(async () => {
  await build({
    logLevel: 'silent',
    build: {
      outDir: join(work, 'build'),
      lib: { entry: join(root, 'test/soak/followElsewhere.ts'), formats: ['cjs'], fileName: () => 'follow.cjs' },
      rollupOptions: { external: [/^node:/, 'libsql'] }
    }
  })
  const library = join(work, 'whole')
  const { code, stderr } = await trainElsewhere(experimentArgs(library, 'whole'), null)
  expect([code, stderr]).toEqual([0, ''])
  whole = (await runsOf(library, 'whole'))[0]!
  expect([whole.progress.ended?.status, whole.progress.epochs.length]).toEqual(['finished', 8])
  expectNoHole(whole)
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

function experimentArgs(library: string, name: string): string[] {
  const file = join(work, `${name}.json`)
  writeFileSync(file, JSON.stringify(smallExperiment(name)))
  return ['--library', library, '--experiment', file]
}

/**
 * Trains one run after the other, killed as `nextKill` says, until `kills` were made and no run is left unfinished;
 * what was told of each and what its folder holds is compared all the while.
 */
async function trainAndKill(library: string, name: string, kills: number, nextKill: () => Kill): Promise<void> {
  /** Epochs that were told of, by run. */
  const told = new Map<string, number>()
  const unfinished = async (): Promise<RecordedRun | undefined> =>
    (await runsOf(library, name)).find(({ progress }) => progress.ended?.status !== 'finished')
  for (let made = 0; ;) {
    const before = await unfinished()
    if (!before && made >= kills) break
    const args = before ? ['--library', library, '--resume', before.id] : experimentArgs(library, name)
    const trained = await trainElsewhere(args, made < kills ? nextKill() : null)
    const { code, signal, stderr } = trained
    if (signal === 'SIGKILL') made += 1
    else expect([code, signal, stderr]).toEqual([0, null, expect.anything()])
    // Nothing that a kill leaves behind is damage.
    expect(stderr).not.toMatch(/damaged|error/i)
    const id = before?.id ?? (await runsOf(library, name)).at(-1)?.id
    const after = (await runsOf(library, name)).find((run) => run.id === id)
    if (after) expectNothingLost(after, trained, told)
    else expect(trained.told).toEqual([])
  }
  for (const run of await runsOf(library, name)) {
    expectNoHole(run)
    expectSameFigures(run, whole)
  }
}

function expectNothingLost(run: RecordedRun, trained: Trained, told: Map<string, number>): void {
  expectNoHole(run)
  const count = Math.max(told.get(run.id) ?? 0, ...trained.told.map(({ epoch }) => epoch + 1))
  told.set(run.id, count)
  expect(run.progress.epochs.length).toBeGreaterThanOrEqual(count)
  for (const { epoch, loss, testLoss } of trained.told) {
    expect(run.progress.epochs[epoch]).toMatchObject({ epoch, loss, testLoss })
  }
}

describe('runs that are killed again and again', () => {
  it(
    'lose no epoch that was told, have no hole, go on to the figures of one never stopped, and are indexed whole',
    async () => {
      const folder = join(work, 'killed')
      const { follower, stop } = await followAndKill(folder, randomFrom(SEED))
      const kills = KILLS - ON_FULL_DISK
      const lanes = Array.from({ length: LANES }, (_, lane) => {
        const random = randomFrom(1000 * SEED + lane)
        // Many while TensorFlow loads and the run is made or taken up, most while it trains.
        const next = (): Kill =>
          random() < 0.3
            ? { epochs: 0, ms: 1500 * random() }
            : { epochs: 1 + Math.floor(2 * random()), ms: 80 * random() }
        const share = Math.floor(kills / LANES) + (lane < kills % LANES ? 1 : 0)
        return trainAndKill(folder, `lane-${lane}`, share, next)
      })
      await Promise.all(lanes).finally(stop)
      await follower
      await expectIndexWhole(folder)
    },
    PATIENCE_MS
  )
})

/** Another process that follows the library and writes its index, killed and started anew until `stop`. */
async function followAndKill(
  folder: string,
  random: () => number
): Promise<{ follower: Promise<void>; stop: () => void }> {
  await (await Library.open(folder)).close()
  let isOver = false
  const follow = async (): Promise<void> => {
    while (!isOver) {
      let stderr = ''
      const env = { ...process.env, NODE_PATH: join(root, 'node_modules') }
      const child: ChildProcess = spawn(process.execPath, [join(work, 'build/follow.cjs'), folder], { env })
      child.stderr!.on('data', (chunk) => (stderr += String(chunk)))
      const end = new Promise<unknown>((resolve) => child.on('close', (_, signal) => resolve(signal)))
      const until = performance.now() + 300 + 4000 * random()
      while (!isOver && performance.now() < until) await sleep(20)
      child.kill('SIGKILL')
      expect([await end, stderr]).toEqual(['SIGKILL', ''])
    }
  }
  const follower = follow()
  // Its failure is told by whoever waits for it.
  follower.catch(() => undefined)
  return { follower, stop: () => (isOver = true) }
}

describe.skipIf(!canMount())('runs that are killed on a full disk', () => {
  it(
    'lose nothing either, and go on once there is room',
    async () => {
      const folder = mkdtempSync(join(work, 'disk-'))
      mount(folder, 12 * 1024)
      try {
        const random = randomFrom(77 * SEED)
        let waited = 0
        const next = (): Kill => ({
          epochs: 1,
          ms: 300 * random(),
          meanwhile: async () => {
            const ballast = join(folder, 'ballast')
            // As much as will go, again and again: a trainer that waits also removes what it began.
            const timer = setInterval(() => fillDisk(ballast), 5)
            await sleep(400 * random())
            waited += 1
            return () => {
              clearInterval(timer)
              rmSync(ballast, { force: true })
            }
          }
        })
        await trainAndKill(folder, 'full', ON_FULL_DISK, next)
        expect(waited).toBeGreaterThanOrEqual(ON_FULL_DISK)
        await expectIndexWhole(folder)
      } finally {
        unmount(folder)
      }
    },
    PATIENCE_MS
  )
})
