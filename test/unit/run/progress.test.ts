import { epochMetricsSchema } from '../../../src/shared/run/schema'
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JournalWriter } from '../../../src/main/run/journal'
import { ResiduumError } from '../../../src/shared/errors'
import { effectiveExperiment } from '../../../src/shared/run/effective'
import type { JournalRecord } from '../../../src/shared/run/journal'
import { emptyProgress, follow, progressOf, type RunProgress } from '../../../src/shared/run/progress'
import { SeriesBuilder, seriesOf } from '../../../src/shared/run/series'
import { isExhausted, markAfter } from '../../../src/shared/run/stopping'
import { presetExperiment } from '../../../src/shared/presets'
import { modelOf } from '../../support/journalModel'
import { temporaryFolder } from '../support'
import { epoch, metrics, readAll, started, steps } from './journalRecords'

const checkpoint = (step: number, whole: number): JournalRecord => ({ type: 'checkpoint', at: 1, step, epoch: whole })
const ended = (early = false): JournalRecord => ({ type: 'ended', at: 3000, status: 'finished', error: null, early })
const anew = (from: number): JournalRecord => ({
  type: 'warning',
  at: 1,
  error: { code: 'stopping-anew', parameters: { epoch: from } }
})

describe('the progress of a run', () => {
  it('is empty where nothing was recorded', () => {
    expect(progressOf([])).toEqual(emptyProgress())
    expect(emptyProgress()).toMatchObject({ started: null, steps: 0, epochs: [], ended: null, latestAt: null })
  })

  it('follows what happened', () => {
    const warning = { code: 'no-mixed', parameters: {} } as const
    const progress = progressOf([
      started(),
      steps(0, 4),
      { type: 'points', step: 5, values: { 'gradientNorm/a': 1 } },
      { type: 'paused', at: 20, step: 4 },
      { type: 'warning', at: 30, error: warning },
      { type: 'changed', at: 40, step: 4, field: 'recipe.epochs', value: 9 },
      checkpoint(4, 1),
      epoch(0)
    ])
    expect(progress).toEqual({
      started: started(),
      first: started(),
      epochs: [metrics(0)],
      steps: 6,
      changes: [{ field: 'recipe.epochs', value: 9 }],
      paused: true,
      ended: null,
      warnings: [warning],
      latestAt: 2000,
      checkpoints: [{ step: 4, epoch: 1 }],
      patienceFrom: 0
    })
    expect(follow(progress, { type: 'resumed', at: 1, step: 6 }).paused).toBe(false)
    expect(follow(progress, ended())).toMatchObject({ paused: false, ended: { status: 'finished' }, latestAt: 3000 })
  })

  it('takes back what lies at or after where the run goes on, and its end', () => {
    const before = [
      started(),
      steps(0, 4),
      checkpoint(4, 1),
      epoch(0),
      steps(4, 4),
      checkpoint(8, 2),
      epoch(1),
      ended()
    ]
    const progress = progressOf([...before, started(4, 1)])
    expect(progress).toMatchObject({ steps: 4, ended: null, checkpoints: [{ step: 4, epoch: 1 }] })
    expect(progress.epochs).toEqual([metrics(0)])
    expect([progress.first?.step, progress.started?.step]).toEqual([0, 4])
    expect(progressOf([...before, started(8, 2)])).toMatchObject({ steps: 8, checkpoints: [{ step: 4 }, { step: 8 }] })
  })

  it('counts an epoch once, however often it came, in the order of epochs', () => {
    expect(progressOf([epoch(1), epoch(0), epoch(1, 0.9)]).epochs).toEqual([metrics(0), metrics(1, 0.9)])
  })

  it('is never changed by what follows, and goes on from its JSON', () => {
    const records = [started(), steps(0, 4), epoch(0), checkpoint(4, 1), anew(1), started(0, 0), epoch(0), ended(true)]
    let progress = emptyProgress()
    for (const record of records) {
      const text = JSON.stringify(progress)
      const next = follow(progress, record)
      expect(JSON.stringify(progress)).toBe(text)
      progress = JSON.parse(JSON.stringify(next)) as RunProgress
    }
    expect(progress).toEqual(progressOf(records))
  })
})

describe('early stopping over a resume', () => {
  const recipe = { earlyStopping: { patience: 2, minimumChange: 0.1 } }
  const mark = (...records: JournalRecord[]): ReturnType<typeof markAfter> => {
    const { epochs, patienceFrom } = progressOf(records)
    return markAfter(epochs, recipe, 10, patienceFrom)
  }

  it('counts from the last epoch that was better by more than the least change', () => {
    expect(mark()).toBeNull()
    expect(mark(epoch(0, 0.5), epoch(1, 0.55), epoch(2, 0.58))).toEqual({ score: 0.5, epoch: 0 })
    expect(mark(epoch(0, 0.5), epoch(1, 0.55), epoch(2, 0.61))).toEqual({ score: 0.61, epoch: 2 })
  })

  it('never counts from an epoch that has diverged', () => {
    const diverged: JournalRecord = { type: 'epoch', at: 1, metrics: { ...metrics(1, 0.9), testLoss: 1e6 } }
    expect(mark(epoch(0, 0.5), diverged)).toEqual({ score: 0.5, epoch: 0 })
  })

  it('counts anew where it was told to, with the best score as before', () => {
    const first = [epoch(0, 0.5), epoch(1, 0.5), epoch(2, 0.5), ended(true), started(12, 3), anew(3)]
    expect(mark(...first)).toEqual({ score: 0.5, epoch: 2 })
    expect(mark(...first, epoch(3, 0.55))).toEqual({ score: 0.5, epoch: 2 })
    expect(isExhausted(recipe as never, mark(...first, epoch(3, 0.55)), 3)).toBe(false)
    expect(isExhausted(recipe as never, mark(...first, epoch(3, 0.55), epoch(4, 0.5)), 4)).toBe(true)
    expect(mark(...first, epoch(3, 0.7))).toEqual({ score: 0.7, epoch: 3 })
  })
})

describe('the experiment as it is trained now', () => {
  const experiment = presetExperiment('resnet-20')

  it('has every change, the last of a setting counting', () => {
    const changes = [
      { field: 'recipe.epochs', value: 7 },
      { field: 'recipe.optimizer.learningRate', value: 0.25 },
      { field: 'recipe.epochs', value: 8 },
      { field: 'recipe.earlyStopping', value: { patience: 3 } },
      { field: 'recipe.earlyStopping.patience', value: 4 }
    ]
    const changed = effectiveExperiment({ experiment }, changes)
    expect(changed).toEqual({
      ...experiment,
      recipe: {
        ...experiment.recipe,
        epochs: 8,
        optimizer: { ...experiment.recipe.optimizer, learningRate: 0.25 },
        earlyStopping: { patience: 4, minimumChange: 0 }
      }
    })
    expect(experiment).toEqual(presetExperiment('resnet-20'))
  })

  it('is as it began without changes, and none where there is none', () => {
    expect(effectiveExperiment({ experiment }, [])).toEqual(experiment)
    expect(effectiveExperiment({ experiment: null }, [{ field: 'recipe.epochs', value: 7 }])).toBeNull()
  })

  it.each([
    ['recipe.epochs', 'many'],
    ['recipe.epochs', -1],
    ['recipe.moonPhase', 1],
    ['recipe.earlyStopping.patience', 1],
    ['__proto__.polluted', 1],
    ['recipe.constructor.prototype', 1],
    ['', 1]
  ])('refuses %s = %s', (field, value) => {
    expect(() => effectiveExperiment({ experiment }, [{ field, value }])).toThrow(ResiduumError)
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('the series of a run', () => {
  it('are whole where they come in pieces, over, between and before one another', () => {
    const pieces = [steps(10, 200), steps(5, 3), steps(8, 4, 1), steps(150, 100, 2)]
    const loss = seriesOf(pieces).get('loss')!
    expect([...loss.steps]).toEqual(Array.from({ length: 245 }, (_, index) => index + 5))
    const at = (step: number): number => loss.values[step - 5]!
    expect([at(5), at(9), at(12), at(149), at(150), at(249)]).toEqual(
      [1 / 6, 1 / 10 + 1, 1 / 13, 1 / 150, 1 / 151 + 2, 1 / 250 + 2].map(Math.fround)
    )
  })

  it('leave out those of which all was taken back', () => {
    expect([...seriesOf([{ type: 'points', step: 3, values: { a: 1 } }, started(3)]).keys()]).toEqual([])
  })
})

/** What may befall a journal. */
type Event =
  | { kind: 'steps'; count: number; salt: number }
  | { kind: 'points'; ahead: number; value: number | null }
  | { kind: 'epoch'; score: number }
  | { kind: 'sync' }
  | { kind: 'reopen' }
  | { kind: 'kill'; share: number }
  | { kind: 'back'; share: number }

const eventArbitrary: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('steps' as const),
      count: fc.integer({ min: 1, max: 90 }),
      salt: fc.nat(9)
    })
  },
  fc.record({
    kind: fc.constant('points' as const),
    ahead: fc.nat(5),
    value: fc.option(fc.integer({ min: -9, max: 9 }))
  }),
  fc.record({ kind: fc.constant('epoch' as const), score: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ kind: fc.constant('sync' as const) }),
  fc.record({ kind: fc.constant('reopen' as const) }),
  fc.record({ kind: fc.constant('kill' as const), share: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  fc.record({ kind: fc.constant('back' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) })
)

const plainly = (builder: SeriesBuilder, progress: RunProgress): ReturnType<typeof modelOf> => ({
  series: Object.fromEntries(
    [...builder.series()].map(([name, { steps: at, values }]) => [
      name,
      [...at].map((step, index) => [step, values[index]!])
    ])
  ),
  epochs: progress.epochs
})

/** Reads on from where it left off, as a library does. */
class Follower {
  private position = 0
  private builder = new SeriesBuilder()
  private progress = emptyProgress()

  async look(folder: string): Promise<ReturnType<typeof modelOf>> {
    const found = await readAll(folder, this.position).catch((error: unknown) => {
      if (!(error instanceof ResiduumError) || this.position === 0) throw error
      this.builder = new SeriesBuilder()
      this.progress = emptyProgress()
      return readAll(folder)
    })
    for (const record of found.records) {
      this.builder.add(record)
      this.progress = follow(this.progress, record)
    }
    this.position = found.end
    return plainly(this.builder, this.progress)
  }
}

it('whatever befalls a journal, it says what a plain model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(eventArbitrary, { maxLength: 25 }), async (events) => {
      const folder = temporaryFolder()
      const kept: JournalRecord[] = []
      const follower = new Follower()
      let { journal } = await JournalWriter.open(folder)
      let lastBegan = journal.position
      const append = async (record: JournalRecord): Promise<void> => {
        lastBegan = journal.position
        await journal.append([record])
        kept.push(record)
      }
      const reopen = async (): Promise<void> => {
        await journal.close()
        const opened = await JournalWriter.open(folder)
        expect(opened.records).toEqual(kept)
        journal = opened.journal
        lastBegan = journal.position
      }
      for (const event of events) {
        const next = progressOf(kept).steps
        const epochs = progressOf(kept).epochs.length
        if (event.kind === 'steps') await append(steps(next, event.count, event.salt))
        else if (event.kind === 'epoch') await append(epoch(epochs, event.score))
        else if (event.kind === 'sync') await journal.sync()
        else if (event.kind === 'reopen') await reopen()
        else if (event.kind === 'points') {
          await append({ type: 'points', step: next + event.ahead, values: { norm: event.value } })
        } else if (event.kind === 'back') {
          await reopen()
          await append(started(Math.round(event.share * next), Math.round(event.share * epochs)))
        } else {
          const torn = Math.floor(lastBegan + event.share * (journal.position - lastBegan))
          if (torn < journal.position) kept.pop()
          truncateSync(join(folder, 'journal'), torn)
          expect(await follower.look(folder)).toEqual(modelOf(kept))
          await reopen()
        }
        expect(await follower.look(folder)).toEqual(modelOf(kept))
      }
      await journal.close()
      const { records } = await readAll(folder)
      const builder = new SeriesBuilder()
      records.forEach((record) => builder.add(record))
      expect(plainly(builder, progressOf(records))).toEqual(modelOf(kept))
    }),
    { numRuns: 60 }
  )
})

it('of many thousand epochs is followed in lists of its own, and the progress before stays as it was', () => {
  const epochs = 20_000
  const records = Array.from({ length: epochs }, (_, epoch) => ({
    type: 'epoch' as const,
    at: epoch,
    metrics: epochMetricsSchema.parse({ epoch })
  }))
  const progress = progressOf(records)
  expect(progress.epochs).toHaveLength(epochs)
  const next = follow(progress, { type: 'epoch', at: 0, metrics: epochMetricsSchema.parse({ epoch: epochs }) })
  expect([progress.epochs.length, next.epochs.length]).toEqual([epochs, epochs + 1])
})
