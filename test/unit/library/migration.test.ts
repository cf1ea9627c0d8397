import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database } from '../../../src/main/library/database'
import { migrate } from '../../../src/main/library/former/versions'
import { Library } from '../../../src/main/library/library'
import { presetExperiment } from '../../../src/shared/presets'
import type { EpochMetrics, RunSummary } from '../../../src/shared/run/schema'
import { temporaryFolder } from '../support'

/**
 * A library that version 3 wrote: a small network with a moving average and recorded layers that was trained to its end,
 * one that was killed while it wrote its third checkpoint, and what that version said of both.
 */
const FIXTURE = join(import.meta.dirname, '../../fixtures/library-3')
interface Expected {
  summary: Pick<RunSummary, 'id' | 'epochsDone'>
  epochs: EpochMetrics[]
  steps: Record<'step' | 'loss' | 'accuracy' | 'learning_rate' | 'seconds', number>[]
}
const expected = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as Record<
  'finished' | 'interrupted',
  Expected
>
const FINISHED = expected.finished.summary.id
const INTERRUPTED = expected.interrupted.summary.id

function copied(): string {
  const folder = join(temporaryFolder(), 'library')
  cpSync(FIXTURE, folder, { recursive: true })
  return folder
}

async function opened(folder: string, progress?: (done: number, total: number) => void): Promise<Library> {
  const library = await Library.open(folder, progress)
  await library.refresh()
  return library
}

function change(folder: string, sql: string, ...values: (string | number | null)[]): void {
  const database = new Database(join(folder, 'library.sqlite'))
  database.run(sql, ...values)
  database.close()
}

/** Contents of all checkpoints of a run. */
const checkpointsOf = (folder: string, id: string): Map<string, string> =>
  new Map(
    readdirSync(join(folder, 'runs', id))
      .filter((name) => /^(step-|algorithms)/.test(name))
      .map((name) => [name, readFileSync(join(folder, 'runs', id, name)).toString('base64')])
  )

describe('a library of version 3', () => {
  it('becomes folders that tell the same of every run', async () => {
    const folder = copied()
    const told: [number, number][] = []
    const library = await opened(folder, (done, total) => told.push([done, total]))
    expect(told).toEqual([0, 1, 2, 3, 4].map((done) => [done, 4]))
    expect(library.listRuns().map(({ id, number }) => [id, number])).toEqual([
      [INTERRUPTED, 2],
      [FINISHED, 1]
    ])
    for (const one of Object.values(expected).slice(0, 2)) {
      const { id } = one.summary
      expect(library.getRun(id)).toMatchObject({ ...one.summary, steps: one.steps.length, problem: null })
      const detail = await library.getDetail(id)
      expect(detail.epochs).toEqual(one.epochs)
      expect(detail.stepsPerEpoch).toBe(9)
      expect(detail.experiment!.recipe.averaging).toEqual({ decay: 0.9 })
      for (const [name, column] of [
        ['loss', 'loss'],
        ['accuracy', 'accuracy'],
        ['learningRate', 'learning_rate'],
        ['seconds', 'seconds']
      ] as const) {
        const [curve] = await library.getCurves([{ run: id, name, points: 1000 }])
        expect([...curve!.steps]).toEqual(one.steps.map(({ step }) => step))
        expect([...curve!.mean]).toEqual(one.steps.map((step) => Math.fround(step[column])))
      }
      expect(checkpointsOf(folder, id)).toEqual(checkpointsOf(FIXTURE, id))
    }
    expect((await library.check()).problems).toEqual([])
    await library.close()
  })

  it('keeps what was recorded of layers', async () => {
    const folder = copied()
    const database = new Database(join(folder, 'library.sqlite'))
    const rows = database.all('SELECT step, layers FROM diagnostics WHERE run_id = ? ORDER BY step', FINISHED)
    database.close()
    expect(rows.length).toBeGreaterThan(2)
    const library = await opened(folder)
    const layers = JSON.parse(String(rows.at(-1)!.layers)) as { path: string; gradientNorm: number | null }[]
    const { diagnostics } = await library.getDetail(FINISHED)
    const close = (value: unknown): unknown =>
      typeof value === 'number' ? (expect.closeTo(value, 5) as unknown) : value
    expect(diagnostics!.step).toBe(rows.at(-1)!.step)
    expect([...diagnostics!.layers].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      [...layers]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map((layer) => Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, close(value)])))
    )
    const [curve] = await library.getCurves([{ run: FINISHED, name: 'gradientNorm/conv1', points: 1000 }])
    expect([...curve!.steps]).toEqual(rows.map(({ step }) => step))
    await library.close()
  })

  it('keeps evaluations, with one class a picture', async () => {
    const folder = copied()
    const database = new Database(join(folder, 'library.sqlite'))
    const rows = database.all('SELECT * FROM evaluations WHERE run_id = ? ORDER BY epoch', INTERRUPTED)
    database.close()
    const library = await opened(folder)
    expect(await library.listEvaluations(INTERRUPTED)).toEqual([0, 1, 2])
    for (const [epoch, row] of rows.entries()) {
      const found = await library.getEvaluation(INTERRUPTED, epoch)
      expect(found).toMatchObject({ epoch, k: 1, trueProbability: null })
      expect([...found.pictures]).toEqual(Array.from({ length: 40 }, (_, picture) => picture))
      expect([...found.labels]).toEqual([...(row.labels as Uint8Array)])
      expect([...found.classes]).toEqual([...(row.predicted as Uint8Array)])
      const confidence = row.confidence as Uint8Array
      const bytes = new Uint8Array(found.probabilities.buffer, found.probabilities.byteOffset, confidence.length)
      expect([...bytes]).toEqual([...confidence])
    }
    expect((await library.getEvaluation(INTERRUPTED, null)).epoch).toBe(2)
    await expect(library.getEvaluation(INTERRUPTED, 7)).rejects.toMatchObject({ code: 'evaluation-gone' })
    await library.close()
  })

  it('keeps architectures with their versions, drafts and the deleted ones', async () => {
    const folder = copied()
    const database = new Database(join(folder, 'library.sqlite'))
    const deleted = String(database.first('SELECT id FROM architectures WHERE deleted_at IS NOT NULL')!.id)
    // It was deleted a while before this test runs.
    database.run('UPDATE architectures SET deleted_at = ? WHERE deleted_at IS NOT NULL', Date.now())
    database.close()
    const library = await opened(folder)
    const shelf = library.architectures
    const [kept, ...others] = await shelf.list()
    expect(others).toEqual([])
    expect(kept).toMatchObject({ name: 'lenet-5', version: 2, hasDraft: true })
    const outChannels = (architecture: unknown): string =>
      /"out_channels":(\d+)/.exec(JSON.stringify(architecture))![1]!
    const { saved, draft } = await shelf.get(kept!.id)
    expect([await shelf.version(kept!.id, 1), saved, draft].map(outChannels)).toEqual(['2', '4', '5'])
    await shelf.restore(deleted)
    expect((await shelf.list()).map(({ name }) => name)).toEqual(['lenet-5', '旧网络'])
    await library.close()
  })

  it('is backed up first, and called otherwise in the end', async () => {
    const folder = copied()
    await (await Library.open(folder)).close()
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('library.sqlite'))
        .sort()
    ).toEqual(['library.sqlite.backup-3', 'library.sqlite.migrated-3'])
    const backup = new Database(join(folder, 'library.sqlite.backup-3'))
    expect(backup.all('SELECT id FROM runs')).toHaveLength(2)
    expect(backup.first('SELECT count(*) AS steps FROM steps')!.steps).toBe(
      expected.finished.steps.length + expected.interrupted.steps.length
    )
    backup.close()
  })

  it('goes on where it was interrupted', async () => {
    const folder = copied()
    // A folder in the place of a file stops it at the second run.
    const blocked = join(folder, 'runs', INTERRUPTED, 'run.json')
    mkdirSync(blocked)
    await expect(Library.open(folder)).rejects.toMatchObject({ code: 'cannot-write' })
    const first = join(folder, 'runs', FINISHED, 'journal')
    const before = statSync(first).mtimeMs
    expect(existsSync(join(folder, 'library.sqlite'))).toBe(true)
    rmSync(blocked, { recursive: true })
    const library = await opened(folder)
    expect(library.listRuns().map(({ epochsDone }) => epochsDone)).toEqual([3, 3])
    expect(statSync(first).mtimeMs).toBe(before)
    expect((await library.check()).problems).toEqual([])
    await library.close()
  })

  it('is brought up once when several open it at once', async () => {
    const folder = copied()
    const libraries = await Promise.all([opened(folder), opened(folder), opened(folder)])
    for (const library of libraries) {
      expect(library.listRuns().map(({ number }) => number)).toEqual([2, 1])
      await library.close()
    }
  })

  it('lists a run whose row is damaged, with its figures, beside the others', async () => {
    const folder = copied()
    change(folder, `UPDATE runs SET experiment = '{"format":', device = 'x' WHERE id = ?`, FINISHED)
    const library = await opened(folder)
    expect(library.getRun(FINISHED)).toMatchObject({ epochsDone: 3, problem: { code: 'run-damaged' } })
    expect(library.getRun(INTERRUPTED)).toMatchObject({ problem: null })
    await library.close()
  })

  it('is left alone while an older program trains in it; a run whose process died was interrupted', async () => {
    const folder = copied()
    const running = "UPDATE runs SET status = 'running', finished_at = NULL, owner = ?, beat_at = ? WHERE id = ?"
    change(folder, running, process.pid, Date.now(), INTERRUPTED)
    await expect(Library.open(folder)).rejects.toMatchObject({
      code: 'library-in-use',
      parameters: { id: INTERRUPTED, pid: process.pid }
    })
    expect(existsSync(join(folder, 'runs', FINISHED, 'run.json'))).toBe(false)
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    change(folder, running, pid, Date.now(), INTERRUPTED)
    const library = await opened(folder)
    expect(library.getRun(INTERRUPTED)).toMatchObject({ status: 'interrupted', epochsDone: 3 })
    await library.close()
  })
})

it('a library of version 1 is taken over, its best epoch by test accuracy', async () => {
  const folder = temporaryFolder()
  const database = new Database(join(folder, 'library.sqlite'))
  migrate(database, 1)
  database.run(
    `INSERT INTO runs (id, name, status, colour, created_at, architecture, parameters, epochs, experiment, device, beat_at)
     VALUES ('old', 'old #1', 'finished', 3, 1, 'resnet-20', 5, 2, ?, ?, 1)`,
    JSON.stringify(presetExperiment('resnet-20')),
    '{"kind":"cpu","name":"test","tensorflow":"2.20.0"}'
  )
  database.run("INSERT INTO epochs VALUES ('old', 0, 1.5, 0.4, 1.6, 0.55, 10, 100)")
  database.run("INSERT INTO epochs VALUES ('old', 1, 1.4, 0.5, 1.7, 0.5, 20, 100)")
  database.close()
  const library = await opened(folder)
  const { summary, epochs } = await library.getDetail('old')
  expect(epochs.map(({ score, validationLoss }) => [score, validationLoss])).toEqual([
    [0.55, null],
    [0.5, null]
  ])
  expect(summary).toMatchObject({ colour: 3, parameters: 5, best: { epoch: 0, testAccuracy: 0.55 } })
  expect(summary.device).toMatchObject({ precision: 'float32' })
  expect(existsSync(join(folder, 'library.sqlite.backup-1'))).toBe(true)
  await library.close()
})
