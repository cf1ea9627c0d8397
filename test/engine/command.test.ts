import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Library } from '../../src/main/library/library'

const library = mkdtempSync(join(tmpdir(), 'residuum-command-'))
afterAll(() => rmSync(library, { recursive: true, force: true }))
const root = join(import.meta.dirname, '../..')

/** `npm run -s train -- ...` without npm, which would hide the exit code of a signal. */
function command(args: string[], onLine?: (line: string, interrupt: () => void) => void) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ['scripts/command.mjs', ...args], { cwd: root })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += String(chunk)
      onLine?.(String(chunk), () => child.kill('SIGINT'))
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
const small = ['train', '--preset', 'resnet-20', '--train-limit', '256', '--test-limit', '100', '--library', library]

describe('train on the command line', () => {
  it('prints one JSON object an epoch and where the run was saved, and nothing else on stdout', async () => {
    const { code, stdout } = await command([...small, '--epochs', '2', '--json'])
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ event }) => event)).toEqual(['epoch', 'epoch', 'finished'])
    expect(lines[1]).toEqual({
      event: 'epoch',
      epoch: 1,
      loss: expect.any(Number),
      trainAccuracy: expect.any(Number),
      testLoss: expect.any(Number),
      testAccuracy: expect.any(Number),
      seconds: expect.any(Number),
      imagesPerSecond: expect.any(Number),
      device: expect.stringMatching(/^(cpu|gpu)$/)
    })
    expect(lines[2]).toMatchObject({ library })
    const saved = Library.open(library)
    expect(saved.getRun(String(lines[2]!.run))).toMatchObject({ status: 'finished', epochsDone: 2 })
    saved.close()
  })

  it('shows a table and a confusion matrix in text', async () => {
    const { code, stdout } = await command([...small, '--epochs', '1'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/epoch {4}loss/)
    const counts = [
      ...stdout.matchAll(/^ *(?:airplane|automobile|bird|cat|deer|dog|frog|horse|ship|truck) ([\d ]+) /gm)
    ]
    expect(counts).toHaveLength(10)
    const total = counts.flatMap(([, row]) => row!.trim().split(/ +/).map(Number)).reduce((sum, n) => sum + n, 0)
    expect(total).toBe(100)
    expect(stdout).toContain(library)
  })

  it('saves what there is on Ctrl-C and exits with 130', async () => {
    const { code } = await command([...small, '--epochs', '500', '--json'], (line, interrupt) => {
      if (line.includes('"epoch"')) interrupt()
    })
    expect(code).toBe(130)
    const saved = Library.open(library)
    const [run] = saved.listRuns()
    expect(run).toMatchObject({ status: 'stopped', epochs: 500 })
    expect(run!.epochsDone).toBeGreaterThan(0)
    saved.close()
  })

  it.each([
    [['--epochs', '0']],
    [['--epochs', 'many']],
    [['--learning-rate', 'NaN']],
    [['--preset', 'vgg']],
    [['--batch-size', '1.5']],
    [['--colour', 'red']],
    [['surplus']]
  ])('says in one line what is wrong with %j and exits with 2', async (args) => {
    const { code, stdout, stderr } = await command(['train', ...args, '--library', library])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(args.at(-1) === 'surplus' ? 'argument' : args[0])
  })
})
