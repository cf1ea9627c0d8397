import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database, type SqlValue } from '../../../src/main/library/database'
import { Library } from '../../../src/main/library/library'
import { migrate } from '../../../src/main/library/migrations'
import { presetExperiment } from '../../../src/shared/presets'
import type { EpochMetrics, Evaluation } from '../../../src/shared/run/schema'
import { temporaryFolder } from '../support'

const metrics = (epoch: number, testAccuracy: number): EpochMetrics => ({
  epoch,
  loss: 1.5,
  trainAccuracy: 0.4,
  testLoss: 1.6,
  testAccuracy,
  validationLoss: 1.25,
  validationAccuracy: null,
  score: testAccuracy,
  seconds: 10 * (epoch + 1),
  imagesPerSecond: 100
})
const evaluation = (epoch: number): Evaluation => ({
  epoch,
  labels: Uint8Array.of(0, 1, 2),
  predicted: Uint8Array.of(0, 2, 2),
  confidence: Float32Array.of(0.5, 0.25, 1)
})

function withRun(): { library: Library; id: string; folder: string } {
  const folder = temporaryFolder()
  const library = Library.open(folder)
  return { library, id: library.createRun(presetExperiment('resnet-20')), folder }
}

describe('Library', () => {
  it('keeps a run with everything recorded, over a restart', () => {
    const { library, id, folder } = withRun()
    const step = { step: 0, epoch: 0, loss: 2.25, accuracy: 0.125, learningRate: 0.1, seconds: 1 }
    library.recordSteps(id, [step, { ...step, step: 1, loss: null }])
    library.recordEpoch(id, metrics(0, 0.5), evaluation(0))
    library.recordEpoch(id, metrics(1, 0.4), evaluation(1))
    library.setDevice(id, { kind: 'cpu', name: 'test', tensorflow: '2.20.0', precision: 'float32' })
    const layers = [{ path: 'conv1', gradientNorm: 0.5, weightNorm: 2, deadShare: null }]
    library.recordDiagnostics(id, { step: 0, layers })
    library.recordDiagnostics(id, { step: 1, layers: [] })
    library.setStatus(id, 'finished')
    library.close()

    const again = Library.open(folder)
    const [run] = again.listRuns()
    expect(run).toMatchObject({ id, name: 'resnet-20 #1', status: 'finished', epochsDone: 2, parameters: 272_474 })
    expect(run!.best).toEqual(metrics(0, 0.5))
    expect(run!.last).toEqual(metrics(1, 0.4))
    const detail = again.getDetail(id)
    expect(detail.experiment).toEqual(presetExperiment('resnet-20'))
    expect(detail.diagnostics).toEqual({ step: 1, layers: [] })
    const [loss, accuracy] = ['loss', 'accuracy'].map((name) => again.getCurve({ run: id, name, points: 100 }))
    expect(loss!.steps).toEqual(Float64Array.of(0, 1))
    expect(loss!.mean).toEqual(Float32Array.of(2.25, NaN))
    expect(accuracy!.mean).toEqual(Float32Array.of(0.125, 0.125))
    expect(again.getEvaluation(id, null)).toEqual(evaluation(1))
    expect(again.getEvaluation(id, 0)).toEqual(evaluation(0))
    expect(again.getDiagnostics(id)).toEqual([
      { step: 0, layers },
      { step: 1, layers: [] }
    ])
    again.rewindRun(id, 1, 1)
    expect(again.getDiagnostics(id)).toEqual([{ step: 0, layers }])
    again.close()
  })

  it('takes over a library of the version before, its best epoch by test accuracy', () => {
    const folder = temporaryFolder()
    const database = new Database(join(folder, 'library.sqlite'))
    migrate(database, 1)
    const experiment = JSON.stringify(presetExperiment('resnet-20'))
    database.run(
      `INSERT INTO runs (id, name, status, colour, created_at, architecture, parameters, epochs, experiment, device, beat_at)
       VALUES ('old', 'old #1', 'finished', 0, 1, 'resnet-20', 5, 2, ?, ?, 1)`,
      experiment,
      '{"kind":"cpu","name":"test","tensorflow":"2.20.0"}'
    )
    database.run("INSERT INTO epochs VALUES ('old', 0, 1.5, 0.4, 1.6, 0.55, 10, 100)")
    database.run("INSERT INTO epochs VALUES ('old', 1, 1.4, 0.5, 1.7, 0.5, 20, 100)")
    database.close()
    const library = Library.open(folder)
    const { summary, epochs } = library.getDetail('old')
    expect(epochs.map(({ score, validationLoss }) => [score, validationLoss])).toEqual([
      [0.55, null],
      [0.5, null]
    ])
    expect(summary.best).toMatchObject({ epoch: 0, testAccuracy: 0.55 })
    expect(summary.device).toMatchObject({ precision: 'float32' })
    expect(library.getDiagnostics('old')).toEqual([])
    library.close()
  })

  it('has one best epoch, as bestEpoch finds it, which is none that has diverged', () => {
    const { library, id, folder } = withRun()
    const scores = [0.1, 0.4, 0.2, 0.4, 0.3]
    for (const [epoch, score] of scores.entries()) {
      library.recordEpoch(id, { ...metrics(epoch, 0.9 - score), score }, evaluation(epoch))
    }
    const best = () => [library.getRun(id), library.listRuns()[0]!].map((run) => run.best?.epoch ?? null)
    expect(best()).toEqual([1, 1])
    expect(library.getRun(id)).toMatchObject({ best: { testAccuracy: 0.5 }, diverged: false })
    const database = new Database(join(folder, 'library.sqlite'))
    database.run('UPDATE epochs SET test_loss = 2.6e22 WHERE epoch = 1')
    expect(best()).toEqual([3, 3])
    database.run('UPDATE epochs SET test_loss = 231')
    database.close()
    expect(best()).toEqual([null, null])
    expect(library.getRun(id).diverged).toBe(true)
    library.recordEpoch(id, { ...metrics(5, 0.1), score: null }, evaluation(5))
    library.recordEpoch(id, { ...metrics(6, 0.1), score: -5 }, evaluation(6))
    expect(library.getDetail(id).epochs.map(({ score }) => score)).toEqual([...scores, null, -5])
    expect(best()).toEqual([6, 6])
    expect(library.getRun(id).diverged).toBe(false)
    library.close()
  })

  it('takes a run up again once, to its own end or to a later one, and never where nothing is left', () => {
    const { library, id } = withRun()
    const code = (body: () => unknown): string => {
      try {
        body()
      } catch (error) {
        return (error as { code: string }).code
      }
      return 'none'
    }
    const step = { step: 0, epoch: 0, loss: 2.25, accuracy: 0.125, learningRate: 0.1, seconds: 1 }
    expect(code(() => library.reopenRun(id))).toBe('run-in-progress')
    library.recordEpoch(id, metrics(0, 0.5), evaluation(0))
    library.recordSteps(id, [step, { ...step, step: 1, epoch: 1 }])
    library.setStatus(id, 'stopped')
    expect(code(() => library.reopenRun(id, 1))).toBe('run-epochs')
    expect(library.getRun(id)).toMatchObject({ status: 'stopped', epochs: presetExperiment('resnet-20').recipe.epochs })
    expect(library.reopenRun(id, 2).recipe).toEqual({ ...presetExperiment('resnet-20').recipe, epochs: 2 })
    expect(code(() => library.reopenRun(id, 2))).toBe('run-in-progress')
    library.recordEpoch(id, metrics(1, 0.5), evaluation(1))
    library.setStatus(id, 'finished')
    const ended = library.getRun(id)
    expect(code(() => library.reopenRun(id))).toBe('run-finished')
    expect(code(() => library.reopenRun(id, 2))).toBe('run-finished')
    expect(code(() => library.reopenRun(id, 1))).toBe('run-epochs')
    expect(library.getRun(id)).toEqual(ended)
    library.reopenRun(id, 3)
    expect(library.getRun(id)).toMatchObject({ status: 'running', epochs: 3, epochsDone: 2 })
    expect(library.getDetail(id).experiment.recipe.epochs).toBe(3)
    library.close()
  })

  it('averages steps in equal groups where there are more than were asked for', () => {
    const { library, id } = withRun()
    const steps = Array.from({ length: 10_000 }, (_, step) => ({
      step,
      epoch: 0,
      loss: step,
      accuracy: 0.5,
      learningRate: 0.1,
      seconds: step
    }))
    library.recordSteps(id, steps)
    const { steps: last, mean, minimum, maximum } = library.getCurve({ run: id, name: 'loss', points: 4000 })
    expect(last).toHaveLength(2500)
    expect([last[0], mean[0], minimum[0], maximum[0]]).toEqual([3, 1.5, 0, 3])
    expect(last.at(-1)).toBe(9999)
    library.close()
  })

  it('marks a run as interrupted when its process is gone, and leaves a living one alone', () => {
    const { library, id, folder } = withRun()
    const other = Library.open(folder)
    expect(other.getRun(id).status).toBe('running')
    other.close()
    library.close()
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const database = new Database(join(folder, 'library.sqlite'))
    database.run('UPDATE runs SET owner = ?', pid)
    database.close()
    const again = Library.open(folder)
    expect(again.getRun(id).status).toBe('interrupted')
    again.close()
  })

  it('deletes an ended run with its checkpoints, never one in progress', () => {
    const { library, id } = withRun()
    mkdirSync(library.runFolder(id), { recursive: true })
    expect(() => library.deleteRun(id)).toThrow(/in progress/)
    library.setStatus(id, 'stopped')
    library.deleteRun(id)
    expect(library.listRuns()).toEqual([])
    expect(existsSync(library.runFolder(id))).toBe(false)
    expect(() => library.getRun(id)).toThrow(/not in the library/)
    library.close()
  })

  it('says so and changes nothing when the file is damaged or newer', () => {
    const damaged = temporaryFolder()
    const bytes = Buffer.alloc(8192, 'not a database')
    writeFileSync(join(damaged, 'library.sqlite'), bytes)
    expect(() => Library.open(damaged)).toThrow(expect.objectContaining({ code: 'library-damaged' }))
    expect(readFileSync(join(damaged, 'library.sqlite')).equals(bytes)).toBe(true)

    const { library, folder } = withRun()
    library.close()
    const database = new Database(join(folder, 'library.sqlite'))
    database.execute('PRAGMA user_version = 99')
    database.close()
    expect(() => Library.open(folder)).toThrow(expect.objectContaining({ code: 'library-newer' }))
  })

  it('two processes may write at once', () => {
    const { library, id, folder } = withRun()
    const other = Library.open(folder)
    const second = other.createRun(presetExperiment('seed-resnet'))
    library.recordEpoch(id, metrics(0, 0.1), evaluation(0))
    other.recordEpoch(second, metrics(0, 0.2), evaluation(0))
    expect(library.listRuns().map(({ epochsDone }) => epochsDone)).toEqual([1, 1])
    other.close()
    library.close()
  })
})

it('what the binding would abort on is refused before it gets there', () => {
  const database = new Database(':memory:')
  expect(() => database.all('SELECT ?', true as unknown as SqlValue)).toThrow(/boolean/)
  expect(() => database.all('SELECT ?', 1n as unknown as SqlValue)).toThrow(/bigint/)
})
