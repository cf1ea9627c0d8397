import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Library } from '../../src/main/library/library'
import { loadCheckpoint } from '../../src/main/training/checkpointFiles'

const root = join(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'residuum-ends-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
const newLibrary = (): string => mkdtempSync(join(work, 'library-'))

/** Runs for minutes if nothing ends it. */
const endless = (library: string): string[] => [
  '--preset',
  'lenet-5',
  '--train-limit',
  '64',
  '--test-limit',
  '16',
  '--epochs',
  '10000',
  '--library',
  library
]
const command = (...args: string[]): string[] => [process.execPath, 'scripts/command.mjs', ...args]

interface End {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Runs a program; `onEpoch` is called once, when the first epoch has been reported. */
function run(
  [program, ...args]: string[],
  onEpoch: (pid: number) => void = () => undefined,
  environment: Record<string, string | undefined> = {}
): Promise<End> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment }
    const child = spawn(program!, args, { cwd: root, env, detached: true })
    let [stdout, stderr, told] = ['', '', false]
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
      if (told || !/"epoch"|^ +1 /m.test(stdout)) return
      told = true
      onEpoch(child.pid!)
    })
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('error', reject)
    // Not `close`: what a program leaves behind holds its output open.
    child.on('exit', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** A line of bash; its end is that of the first program of the pipe. */
const shell = (line: string): Promise<End> => run(['bash', '-c', `${line}; exit \${PIPESTATUS[0]}`])
const quoted = (words: string[]): string => words.map((word) => `'${word}'`).join(' ')

/** The run in the library, and how many steps its newest checkpoint holds. */
async function saved(library: string): Promise<{ status: string; epochsDone: number; steps: number | null }> {
  const opened = await Library.open(library)
  await opened.refresh()
  const [{ id, status, epochsDone }] = opened.listRuns() as [ReturnType<Library['getRun']>]
  const checkpoint = await loadCheckpoint(opened.runFolder(id))
  await opened.close()
  return { status, epochsDone, steps: checkpoint?.position.step ?? null }
}

/** A run that was stopped after an epoch or more and can be gone on with. */
async function expectSaved(library: string): Promise<void> {
  const { status, epochsDone, steps } = await saved(library)
  expect(status).toBe('stopped')
  expect(epochsDone).toBeGreaterThan(0)
  expect(steps).toBeGreaterThanOrEqual(epochsDone)
}

/** Processes that have a test's library on their command line or in their environment. */
function survivors(library: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        const said = readFileSync(`/proc/${name}/cmdline`, 'utf8') + readFileSync(`/proc/${name}/environ`, 'utf8')
        return said.includes(library)
      } catch {
        return false
      }
    })
}

// Alone, since the first run measures convolutions for all others.
it('a signal of a terminal reaches all of its group and is one request all the same', async () => {
  const library = newLibrary()
  const end = await run(['npm', 'run', '-s', 'train', '--', ...endless(library), '--json'], (pid) =>
    process.kill(-pid, 'SIGINT')
  )
  expect(end.code).toBe(130)
  expect(end.stderr).not.toContain('Stopping')
  await expectSaved(library)
  expect(survivors(library)).toEqual([])
})

// Several at once: most of their time goes by on one core, or in waiting.
describe.concurrent('a signal to training', () => {
  it.each(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const)(
    '%s saves the run and counts as shells count',
    async (signal) => {
      const library = newLibrary()
      const end = await run(command('train', ...endless(library), '--json'), (pid) => process.kill(pid, signal))
      expect(end).toMatchObject({ code: 128 + constants.signals[signal], signal: null })
      expect(JSON.parse(end.stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'stopped' })
      await expectSaved(library)
    }
  )
})

describe.concurrent('what becomes of training', () => {
  it.each([
    ['a closed pipe', 141, (words: string) => `${words} | head -1`, ''],
    ['a closed pipe of JSON', 141, (words: string) => `${words} --json | head -1`, ''],
    ['a full standard output', 1, (words: string) => `${words} > /dev/full`, 'ENOSPC'],
    ['a full standard output of JSON', 1, (words: string) => `${words} --json > /dev/full`, 'ENOSPC']
  ] as const)('with %s: it is saved, and exits with %i', async (_, code, line, message) => {
    const library = newLibrary()
    const end = await shell(line(quoted(command('train', ...endless(library)))))
    expect(end.code, end.stderr).toBe(code)
    expect(end.stderr).toContain(message)
    expect(end.stderr).not.toMatch(/^\s+at /m)
    expect(await saved(library)).toMatchObject({ status: 'stopped' })
  })

  it.each(['2> >(true)'])('without standard error (%s): it goes on', async (without) => {
    const library = newLibrary()
    const words = quoted(
      command('train', ...endless(library).map((word) => (word === '10000' ? '2' : word)), '--precision', 'mixed')
    )
    const end = await shell(`${words} ${without}`)
    expect(end.code).toBe(0)
    expect(end.stdout).toContain('(finished)')
    expect(await saved(library)).toMatchObject({ status: 'finished', epochsDone: 2 })
  })
})

describe.concurrent('npm', () => {
  it('hands SIGTERM on and waits until the run is saved', async () => {
    const library = newLibrary()
    const end = await run(['npm', 'run', '-s', 'train', '--', ...endless(library), '--json'], (pid) =>
      process.kill(pid, 'SIGTERM')
    )
    expect(end).toMatchObject({ code: 143, signal: null })
    await expectSaved(library)
  })

  it.for(['SIGHUP', 'SIGKILL'] as const)('that ends by %s leaves no training behind', async (signal, { expect }) => {
    const library = newLibrary()
    await run(['npm', 'run', '-s', 'train', '--', ...endless(library), '--json'], (pid) => process.kill(pid, signal))
    await expect.poll(() => survivors(library), { timeout: 30_000 }).toEqual([])
    await expectSaved(library)
  })

  it('start trains without a display, and ends as training does', async () => {
    const library = newLibrary()
    const without = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined }
    const end = await run(['npm', 'start', '--', ...endless(library)], (pid) => process.kill(pid, 'SIGTERM'), without)
    expect(end).toMatchObject({ code: 143, signal: null })
    expect(end.stdout).toContain('(stopped)')
    await expectSaved(library)
  })
})

describe.concurrent('other commands', () => {
  it.each([[['architecture', 'show', 'resnet-56']], [['doctor']]])(
    '%j end quietly when nobody reads, and say so when nothing more can be written',
    async (args) => {
      const words = quoted(command(...args))
      expect(await shell(`${words} | true`)).toMatchObject({ code: 141, stderr: '' })
      const full = await shell(`${words} > /dev/full`)
      expect(full).toMatchObject({ code: 1, stdout: '' })
      expect(full.stderr.trim().split('\n')).toEqual([expect.stringContaining('error: Standard output takes no more')])
    }
  )
})
