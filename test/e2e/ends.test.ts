import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { electronBinary, electronFlags } from '../../scripts/setup/electron.mjs'
import { root } from '../../scripts/setup/folders.mjs'
import { Library } from '../../src/main/library/library'
import { loadCheckpoint } from '../../src/main/training/checkpointFiles'
import type { Experiment } from '../../src/shared/experiment/schema'
import { presetExperiment } from '../../src/shared/presets'
import type { RunSummary } from '../../src/shared/run/schema'
import { commandOf, processesOf, processesWith, type Process } from '../support/processes'

const work = mkdtempSync(join(tmpdir(), 'residuum-app-ends-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
let library: string
let settings: string
beforeEach(() => {
  const folder = mkdtempSync(join(work, 'one-'))
  library = join(folder, 'library')
  settings = join(folder, 'settings')
})

interface End {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Starts a program with this test's library and settings. */
function start([program, ...args]: string[], more: NodeJS.ProcessEnv = {}): { pid: number; end: Promise<End> } {
  const env = { ...process.env, ...more, RESIDUUM_LIBRARY: library, RESIDUUM_SETTINGS: settings }
  const child = spawn(program!, args, { cwd: root, env, detached: true })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)))
  const end = new Promise<End>((resolve) =>
    child.on('exit', (code, signal) => setTimeout(() => resolve({ code, signal, ...output }), 200))
  )
  return { pid: child.pid!, end }
}

/** Processes with this test's library in their environment. */
const processes = (): Process[] => processesOf(library)

/** The same with all that they have started and that still has its parent. */
function family(): Process[] {
  const found = new Map(processes().map((own) => [own.pid, own]))
  for (let before = -1; before !== found.size;) {
    before = found.size
    // Behind the name, which may hold anything, stand the state and the parent.
    const parentOf = (folder: string): number =>
      Number(
        readFileSync(`${folder}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1]
      )
    for (const own of processesWith((folder) => found.has(parentOf(folder)))) found.set(own.pid, own)
  }
  return [...found.values()]
}
const leftBehind = (): string[] => processes().map(({ command }) => command)

// Only a failed test leaves any.
afterEach(() => processes().forEach(({ pid }) => process.kill(pid, 'SIGKILL')))

/** Of short epochs, and more of them than any test waits for. */
function longExperiment(): Experiment {
  const experiment = presetExperiment('lenet-5')
  Object.assign(experiment.recipe, { epochs: 10_000, trainLimit: 64, testLimit: 16 })
  return experiment
}

/** The app with a run in progress of which an epoch is recorded. */
async function launchTraining(): Promise<{ app: ElectronApplication; epochsDone(): Promise<number> }> {
  const { app, page } = await launchApp({ library, settings })
  const ask = (route: string, input?: unknown): Promise<{ data: { runs: RunSummary[] } }> =>
    page.evaluate(([name, value]) => window.residuum.request(name as never, value as never) as never, [
      route,
      input
    ] as const)
  await ask('training.start', longExperiment())
  const epochsDone = async (): Promise<number> => (await ask('runs.list', {})).data.runs[0]?.epochsDone ?? 0
  await expect.poll(epochsDone, { timeout: 60_000 }).toBeGreaterThan(0)
  return { app, epochsDone }
}

describe('the question before a run is ended', () => {
  it.each(['the window is closed', 'the app is quit'])('holds nothing while it stands open: %s', async (how) => {
    const { app, epochsDone } = await launchTraining()
    const child = app.process()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await app.evaluate(({ app: itself, BrowserWindow }, quit) => {
      // Later, for this call to be answered in any case.
      setTimeout(() => (quit ? itself.quit() : BrowserWindow.getAllWindows()[0]!.close()), 0)
    }, how === 'the app is quit')
    const since = await epochsDone()
    await expect.poll(epochsDone, { timeout: 20_000 }).toBeGreaterThan(since + 3)
    const before = await epochsDone()
    process.kill(child.pid!, 'SIGKILL')
    await gone
    const opened = await Library.open(library)
    await opened.refresh()
    expect(opened.listRuns()[0]!.epochsDone).toBeGreaterThanOrEqual(before)
    await opened.close()
  })
})

describe('a signal to the app', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('%s saves the run without a question and exits with %i', async (signal, code) => {
    // Without a debugger, at whose side Electron 22 may crash as it ends.
    const file = join(library, '..', 'experiment.json')
    writeFileSync(file, JSON.stringify(longExperiment()))
    const app = [electronBinary()!, ...electronFlags(), '-r', join(import.meta.dirname, 'startTraining.cjs'), root]
    const { pid, end } = start(app, { RESIDUUM_TEST_EXPERIMENT: file })
    await expect.poll(() => existsSync(join(library, 'index', 'index.sqlite')), { timeout: 60_000 }).toBe(true)
    const opened = await Library.open(library)
    const epochsDone = async (): Promise<number> => {
      await opened.refresh()
      return opened.listRuns()[0]?.epochsDone ?? 0
    }
    await expect.poll(epochsDone, { timeout: 60_000 }).toBeGreaterThan(0)
    process.kill(pid, signal)
    expect(await end).toMatchObject({ code, signal: null })
    expect(leftBehind()).toEqual([])
    await opened.refresh()
    const [run] = opened.listRuns()
    expect(run).toMatchObject({ status: 'stopped' })
    expect((await loadCheckpoint(opened.runFolder(run!.id)))!.position.step).toBeGreaterThanOrEqual(run!.epochsDone)
    await opened.close()
  })
})

describe('npm start', () => {
  it.each([
    ['SIGTERM', 'npm', 143],
    // As a terminal sends it: all of the group, but not the app, get it.
    ['SIGINT', 'group', 130],
    ['SIGKILL', 'npm', null],
    ['SIGKILL', 'start.mjs', null],
    ['SIGKILL', 'electron', 137]
  ] as const)('leaves nothing behind after %s to its %s', async (signal, which, code) => {
    const { pid, end } = start(['npm', 'start'])
    // This service is there as long as the window.
    const isOpen = (): boolean => family().some(({ command }) => command.includes('network.mojom.NetworkService'))
    await expect
      .poll(() => existsSync(join(library, 'index', 'index.sqlite')) && isOpen(), { timeout: 60_000 })
      .toBe(true)
    const idOf = (part: string): number =>
      processes().find(({ command }) => command.includes(part) && !command.includes('--type='))!.pid
    const open = family()
    const ids = { npm: pid, group: -pid, 'start.mjs': idOf('start.mjs'), electron: idOf('/electron ') }
    process.kill(ids[which], signal)
    expect((await end).code).toBe(code)
    const still = (): string[] => open.filter((own) => commandOf(own.pid) === own.command).map(({ command }) => command)
    await expect.poll(() => [...leftBehind(), ...still()], { timeout: 30_000 }).toEqual([])
  })
})

describe('an app that cannot start', () => {
  /** The app, with its boxes answered. */
  const app = (): Promise<End> =>
    start([electronBinary()!, ...electronFlags(), '-r', join(import.meta.dirname, 'answerBoxes.cjs'), root]).end

  it('says that its settings folder cannot be made, which is no other instance', async () => {
    writeFileSync(settings, 'a file where the folder should be')
    const end = await app()
    expect(end.code).toBe(1)
    expect(end.stderr).toContain(`The settings folder ${join(settings, 'electron')} cannot be made or written. `)
    expect(end.stdout).toContain('box: error: The settings folder')
    expect(existsSync(library)).toBe(false)
  })

  it('says what is wrong with its library', async () => {
    mkdirSync(library)
    writeFileSync(join(library, 'library.sqlite'), '')
    const end = await app()
    expect(end.code).toBe(1)
    expect(end.stderr).toContain('is there but empty (0 bytes)')
    expect(end.stdout).toContain('box: error: ')
  })

  it('says that it is open already, and exits with 0', async () => {
    const first = start([electronBinary()!, ...electronFlags(), root])
    await expect.poll(() => existsSync(join(library, 'index', 'index.sqlite')), { timeout: 60_000 }).toBe(true)
    const second = await app()
    expect(second.code).toBe(0)
    expect(second.stderr).toContain(`Residuum is open already (process ${first.pid}`)
    expect(second.stdout).not.toContain('box')
    process.kill(first.pid, 'SIGQUIT')
    expect((await first.end).code).toBe(131)
  })
})
