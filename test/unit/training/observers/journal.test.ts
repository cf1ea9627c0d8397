import { describe, expect, it, vi } from 'vitest'
import { TrainingControl } from '../../../../src/main/training/control'
import { JournalObserver } from '../../../../src/main/training/observers/journal'
import { learningRate } from '../../../../src/main/training/observers/learningRate'
import type { Observer } from '../../../../src/main/training/observers/observer'
import { startedSchema, type JournalRecord } from '../../../../src/shared/run/journal'
import { ResiduumError } from '../../../../src/shared/errors'
import { PretendNetwork, pretendRun, smallExperiment } from '../pretend'

const started = startedSchema.parse({ type: 'started', at: 0, step: 0, epoch: 0 })
/** Room at once, or the error. */
const room = { insist: <Result>(write: () => Promise<Result>): Promise<Result> => write() }

/** A journal in memory that also remembers what was synced. */
class PretendJournal {
  records: JournalRecord[] = []
  synced = 0
  writes = 0
  isFull = false
  position = 0
  append(records: readonly JournalRecord[]): Promise<void> {
    if (this.isFull) return Promise.reject(new ResiduumError('disk-full', { file: 'journal' }))
    this.writes += 1
    this.records.push(...records)
    this.position += 100 * records.length
    return Promise.resolve()
  }
  sync(): Promise<void> {
    this.synced = this.records.length
    return Promise.resolve()
  }
}

const typesOf = (records: readonly JournalRecord[]): string[] => records.map(({ type }) => type)
const stepsOf = (records: readonly JournalRecord[]): number[] =>
  records.flatMap((record) =>
    record.type === 'steps' ? Array.from(record.series.loss!, (_, index) => record.first + index) : []
  )

describe('the journal of a run', () => {
  it('tells of its start, changes, each step, epochs, and end, in their order, and all of it lasts', async () => {
    const journal = new PretendJournal()
    const change = { field: 'recipe.epochs', value: 2 }
    const observer = new JournalObserver(journal, room, started, [change])
    observer.record({ type: 'warning', at: 1, error: { code: 'no-mixed', parameters: {} } })
    const seen: number[] = []
    const watching: Observer = { epochEnd: () => void seen.push(journal.synced) }
    const rate = learningRate(smallExperiment().recipe, 4)
    const { network } = await pretendRun([rate, observer, watching])
    const epoch = ['steps', 'epoch']
    expect(typesOf(journal.records).filter((type, index, all) => type !== 'steps' || all[index - 1] !== type)).toEqual([
      'started',
      'changed',
      'warning',
      ...epoch,
      ...epoch,
      'ended'
    ])
    expect(journal.records[0]).toEqual(started)
    expect(journal.records[1]).toMatchObject(change)
    expect(journal.records.at(-1)).toMatchObject({ status: 'finished', error: null, early: false })
    expect(stepsOf(journal.records)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    const columns = journal.records.flatMap((record) => (record.type === 'steps' ? [record.series] : []))
    const column = (name: string): number[] => columns.flatMap((series) => [...series[name]!])
    expect(column('loss')).toEqual(network.told.map(({ step }) => Math.fround(2 - step / 100)))
    expect(column('accuracy')).toEqual(Array(8).fill(0.5))
    expect(column('learningRate')).toEqual(network.told.map((told) => Math.fround(told.learningRate)))
    expect(column('seconds')).toEqual([...column('seconds')].sort((a, b) => a - b))
    // An epoch's record lasts before anyone else hears of it.
    const places = journal.records.flatMap(({ type }, index) => (type === 'epoch' ? [index + 1] : []))
    expect(seen).toEqual(places)
    expect(journal.synced).toBe(journal.records.length)
  })

  it('gathers quick steps and writes slow ones as they end', async () => {
    const writesIn = async (milliseconds: number): Promise<number> => {
      let clock = 0
      const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
      const journal = new PretendJournal()
      const slow: Observer = { stepBegin: () => void (clock += milliseconds) }
      await pretendRun([slow, new JournalObserver(journal, room, started)], { change: { epochs: 1 } })
      now.mockRestore()
      return journal.records.filter(({ type }) => type === 'steps').length
    }
    expect(await writesIn(1)).toBe(1)
    expect(await writesIn(600)).toBe(4)
  })

  it('tells of pauses, between the steps before and after', async () => {
    const control = new TrainingControl()
    const journal = new PretendJournal()
    const pausing: Observer = {
      stepEnd: (_, { metrics }) => {
        if (metrics.step === 1) control.pause()
      },
      paused: () => {
        expect(stepsOf(journal.records)).toEqual([0, 1])
        setImmediate(() => control.resume())
      }
    }
    await pretendRun([new JournalObserver(journal, room, started), pausing], { control, change: { epochs: 1 } })
    expect(typesOf(journal.records)).toEqual(['started', 'steps', 'paused', 'resumed', 'steps', 'epoch', 'ended'])
    expect(journal.records[2]).toMatchObject({ step: 2 })
  })

  it('loses nothing on a full disk, and says that a finished run is not whole where its end cannot be kept', async () => {
    const journal = new PretendJournal()
    let failures = 0
    const patient = {
      insist: async <Result>(write: () => Promise<Result>): Promise<Result> => {
        for (;;) {
          try {
            return await write()
          } catch {
            failures += 1
            if (failures % 3 === 0) journal.isFull = false
          }
        }
      }
    }
    const filling: Observer = {
      stepEnd: (_, { metrics }) => void (journal.isFull ||= metrics.step === 2 || metrics.step === 7)
    }
    await pretendRun([filling, new JournalObserver(journal, patient, started)])
    expect(failures).toBe(6)
    expect(stepsOf(journal.records)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(journal.records.filter(({ type }) => type === 'epoch')).toHaveLength(2)
    const full = new PretendJournal()
    const observer = new JournalObserver(full, room, started)
    const end: Observer = { epochEnd: (run) => void (full.isFull = run.epoch === 2) }
    await expect(pretendRun([observer, end])).rejects.toMatchObject({ code: 'disk-full' })
    // What ended a run that failed may be that there is no room: nothing more is thrown then.
    await observer.runEnd({ type: 'ended', status: 'failed', error: null, early: false })
    expect(typesOf(full.records)).not.toContain('ended')
  })

  it('stays as it was where nothing is left to do, and gets the end that it lacks', async () => {
    const over: Observer = { runBegin: (run) => void (run.isOver = true) }
    for (const hasFinished of [true, false]) {
      const journal = new PretendJournal()
      const network = new PretendNetwork()
      await pretendRun([over, new JournalObserver(journal, room, started, [], hasFinished)], { network })
      expect(network.told).toEqual([])
      expect(typesOf(journal.records)).toEqual(hasFinished ? [] : ['started', 'ended'])
    }
  })

  it('keeps a loss that is not a number as one', async () => {
    const journal = new PretendJournal()
    const observer = new JournalObserver(journal, room, started)
    await pretendRun([observer], { change: { epochs: 0 } })
    const metrics = { step: 0, epoch: 0, loss: null, accuracy: 0, learningRate: 1, seconds: 0 }
    const { run } = await pretendRun([], { change: { epochs: 0 } })
    await observer.stepEnd(run, { metrics, layers: null, done: 2, pictures: 2 })
    await observer.settle()
    const [steps] = journal.records.slice(-1)
    expect(steps).toMatchObject({ type: 'steps', first: 0, series: { loss: Float32Array.of(NaN) } })
  })
})
