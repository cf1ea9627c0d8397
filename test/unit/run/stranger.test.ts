import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { listRunIds, readNumber, readRunFile, readUser, runFolder } from '../../../src/main/run/folder'
import { ownerOf } from '../../../src/main/run/owner'
import { errorText } from '../../../src/shared/errors'
import { errorSchema } from '../../../src/shared/errorRecord'
import { progressOf } from '../../../src/shared/run/progress'
import { seriesOf } from '../../../src/shared/run/series'
import { temporaryFolder } from '../support'
import { folderIn, readAll } from './journalRecords'

const SCRIPT = 'test/reference/write_run.py'
const hasPython = spawnSync('python3', ['--version']).status === 0

/** What the script trains, told by its own training alone, past everything that writes a run. */
interface Trained {
  step: { loss: number; accuracy: number; learningRate: number }[]
  epoch: { epoch: number; loss: number; trainAccuracy: number; testLoss: number; testAccuracy: number }[]
}

function trained(steps: number): Trained {
  const program = [
    'import json, sys',
    "sys.path.insert(0, 'test/reference')",
    'from write_run import training',
    "told = {'step': [], 'epoch': []}",
    `for kind, figures in training(${steps}): told[kind].append(figures)`,
    'print(json.dumps(told))'
  ]
  return JSON.parse(execFileSync('python3', ['-B', '-c', program.join('\n')], { encoding: 'utf8' })) as Trained
}

function write(library: string, ...options: string[]): string {
  return execFileSync('python3', [SCRIPT, library, ...options], { encoding: 'utf8' }).trim()
}

const float32 = (values: readonly number[]): number[] => values.map(Math.fround)

describe.skipIf(!hasPython)('a run that a Python script writes', () => {
  it('has the values that the script has worked out', async () => {
    const library = join(temporaryFolder(), 'library')
    const id = write(library, '--name', '别人的 run', '--steps', '110')
    expect(await listRunIds(library)).toEqual([id])
    const folder = runFolder(library, id)
    const file = await readRunFile(folder)
    expect(file).toMatchObject({ id, name: '别人的 run', experiment: null })
    expect(file.settings).toMatchObject({ optimizer: 'sgd', learningRate: 0.3, batchSize: 24, steps: 110 })
    expect(await readNumber(folder)).toBeNull()
    expect(await readUser(folder)).toMatchObject({ name: null, deletedAt: null })

    const { records, skipped, torn } = await readAll(folder)
    expect({ skipped, torn }).toEqual({ skipped: [], torn: 0 })
    const { step, epoch } = trained(110)
    const series = seriesOf(records)
    expect([...series.keys()].sort()).toEqual(['accuracy', 'learningRate', 'loss', 'seconds'])
    for (const name of ['loss', 'accuracy', 'learningRate'] as const) {
      expect([...series.get(name)!.steps]).toEqual([...step.keys()])
      expect([...series.get(name)!.values]).toEqual(float32(step.map((figures) => figures[name])))
    }
    const seconds = [...series.get('seconds')!.values]
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b))

    const progress = progressOf(records)
    expect(progress).toMatchObject({ steps: 110, paused: false, ended: { status: 'finished', error: null } })
    expect(progress.started).toMatchObject({ step: 0, epoch: 0, stepsPerEpoch: 20, parameters: 9, dataset: null })
    expect(progress.epochs).toEqual(epoch.map((metrics) => expect.objectContaining(metrics) as unknown))
    expect(epoch).toHaveLength(5)
    expect(await ownerOf(folder)).toBeNull()
  })

  it('learns', async () => {
    const library = temporaryFolder()
    const { records } = await readAll(runFolder(library, write(library)))
    const { epochs } = progressOf(records)
    expect(epochs.at(-1)!.testLoss).toBeLessThan(epochs[0]!.testLoss!)
    expect(epochs.at(-1)!.testAccuracy).toBeGreaterThan(0.8)
  })

  it('is followed while it is written, and counts as nobody’s once its process was killed', async () => {
    const library = temporaryFolder()
    const child = spawn('python3', [SCRIPT, library, '--live', '240', '--steps', '2400'], { stdio: 'ignore' })
    try {
      const within = { timeout: 60_000, interval: 50 }
      const [id] = await vi.waitFor(async () => {
        const ids = await listRunIds(library)
        expect(ids).toHaveLength(1)
        return ids
      }, within)
      const folder = runFolder(library, id!)
      // However early one looks, it is a whole run with an owner.
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(['run.json', 'owner-000001.json']))
      const first = await vi.waitFor(async () => {
        const read = await readAll(folder)
        expect(progressOf(read.records).steps).toBeGreaterThan(0)
        return read
      }, within)
      expect(progressOf(first.records).ended).toBeNull()
      expect(await ownerOf(folder)).toMatchObject({ pid: child.pid })
      const more = await vi.waitFor(async () => {
        const read = await readAll(folder, first.end)
        expect(read.records).not.toEqual([])
        return read
      }, within)
      expect(more.records[0]).toMatchObject({ type: 'steps', first: progressOf(first.records).steps })
      child.kill('SIGKILL')
      await vi.waitFor(async () => expect(await ownerOf(folder)).toBeNull(), within)
      expect(progressOf((await readAll(folder)).records).ended).toBeNull()
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('an error that another program records', () => {
  it('is told by its own code and message where there are no words for it', () => {
    const told = (error: unknown): string => errorText(errorSchema.parse(error))
    expect(told({ code: 'out-of-cheese', parameters: {} })).toContain('out-of-cheese')
    expect(told({ code: 'out-of-cheese', parameters: { message: 'redo' } })).toMatch(/out-of-cheese.*redo/)
    expect(told({ code: 'journal-torn', parameters: { bytes: 12 } })).toContain('12 bytes')
  })
})

describe('the smallest run of docs/run-folder.md', () => {
  it('is one', async () => {
    const text = readFileSync('docs/run-folder.md', 'utf8')
    const dump = [...text.matchAll(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} )+)/gm)].map(([, bytes]) => bytes!)
    const about = /^\{"format":"residuum\.run".*\}$/m.exec(text)![0]
    const folder = folderIn(temporaryFolder(), 'smallest')
    await writeFile(join(folder, 'journal'), Buffer.from(dump.join('').replaceAll(' ', ''), 'hex'))
    await writeFile(join(folder, 'run.json'), about)
    expect(await readRunFile(folder)).toMatchObject({ id: 'smallest', name: 'smallest', settings: {} })
    const { records, skipped, torn } = await readAll(folder)
    expect({ records, skipped, torn }).toEqual({
      records: [{ type: 'steps', first: 0, series: { loss: Float32Array.of(2.5, 1.25) } }],
      skipped: [],
      torn: 0
    })
  })
})
