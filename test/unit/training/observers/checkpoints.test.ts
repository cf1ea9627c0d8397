import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../../../../src/main/training/checkpointFiles'
import { Checkpoints } from '../../../../src/main/training/checkpoints'
import { TrainingControl } from '../../../../src/main/training/control'
import { CheckpointSaver } from '../../../../src/main/training/observers/checkpoints'
import type { Observer } from '../../../../src/main/training/observers/observer'
import type { JournalRecord } from '../../../../src/shared/run/journal'
import { temporaryFolder } from '../../support'
import { PretendNetwork, pretendRun } from '../pretend'

const room = { insist: <Result>(write: () => Promise<Result>): Promise<Result> => write() }
const stepsIn = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^step-\d+\.json$/.test(name))
    .map((name) => Number(name.slice(5, 13)))

function saving(network: PretendNetwork, folder = temporaryFolder()) {
  const told: (JournalRecord | 'settled')[] = []
  const recorder = {
    record: (record: JournalRecord) => void told.push(record),
    settle: () => Promise.resolve(told.push('settled'))
  }
  const checkpoints = new Checkpoints(folder, [{ name: 'fc.weight', shape: [2] }])
  const rules = { classes: 10, stepsPerEpoch: 4 }
  return { folder, told, saver: new CheckpointSaver(checkpoints, network, recorder, room, rules, []) }
}

describe('checkpoints', () => {
  it('are written before the evaluation of their epoch, and told of once they are whole', async () => {
    const network = new PretendNetwork()
    const { folder, told, saver } = saving(network)
    const before: number[] = []
    const watching: Observer = {
      evaluated: () => {
        expect(stepsIn(folder).at(-1)).toBe(network.told.length)
        before.push(network.told.length)
      }
    }
    await pretendRun([saver, watching], { network })
    expect(before).toEqual([4, 4, 8, 8])
    const checkpoint = (step: number, epoch: number) => expect.objectContaining({ type: 'checkpoint', step, epoch })
    expect(told).toEqual(['settled', checkpoint(4, 1), 'settled', 'settled', checkpoint(8, 2), 'settled'])
    const { state, position } = (await loadCheckpoint(folder))!
    expect(state.get('fc.weight')![0]).toBe(8)
    expect(position).toMatchObject({ step: 8, epoch: 2, correct: 4 })
    expect(position.lossSum).toBeCloseTo(2 * (1.96 + 1.95 + 1.94 + 1.93), 9)
  })

  it.each([
    ['the best stays', [0.1, 0.9, 0.5, 0.2, 0.3], [8, 16, 20]],
    ['of equal ones the first', [0.1, 0.5, 0.5, 0.2, 0.5], [8, 16, 20]],
    ['one of the last two may be the best', [0.1, 0.2, 0.3, 0.4, 0.5], [16, 20]],
    ['none that has diverged is the best', [0, 0, 0, 0, 0], [16, 20]]
  ] as const)('are pruned after the evaluation: %s', async (_, scores, expected) => {
    const network = new PretendNetwork()
    // Watched is the test loss: a better score is a smaller one.
    network.testLossAt = (steps) => {
      const score = scores[steps / 4 - 1]!
      return score === 0 ? 1e6 : 1 - score
    }
    const { folder, saver } = saving(network)
    const atEvaluation: number[][] = []
    const watching: Observer = { evaluated: () => void atEvaluation.push(stepsIn(folder)) }
    await pretendRun([saver, watching], { network, change: { epochs: 5, monitor: 'testLoss' } })
    expect(stepsIn(folder)).toEqual(expected)
    // The one that turns out to be the best was never gone in between.
    expect(atEvaluation.at(-1)).toEqual(expect.arrayContaining(expected as unknown as number[]))
  })

  it.each([
    ['in the middle of an epoch', 5, 5],
    ['in the last step of an epoch', 7, 8]
  ])('are kept where a run is stopped %s', async (_, stopAfter, step) => {
    const control = new TrainingControl()
    const network = new PretendNetwork()
    const { folder, saver } = saving(network)
    const stopping: Observer = {
      stepEnd: (run) => {
        if (run.step === (stopAfter === 7 ? 8 : 5)) control.stop()
      }
    }
    const { status } = await pretendRun([saver, stopping], { network, control })
    expect([status, stepsIn(folder).at(-1)]).toEqual(['stopped', step])
    const { position } = (await loadCheckpoint(folder))!
    expect(position).toMatchObject({ step, epoch: Math.floor(step / 4) })
    // Gone on with, an evaluation that was not finished comes first, and one that was is not repeated.
    const later = new PretendNetwork()
    const after = saving(later, folder)
    const epochs: number[] = []
    const counting: Observer = { epochEnd: (__, { metrics }) => void epochs.push(metrics.epoch) }
    const isEvaluated = step !== 8
    await pretendRun([after.saver, counting], { network: later, start: position, isEvaluated })
    expect(epochs).toEqual([1])
    expect(later.told.map((told) => told.step)).toEqual(step === 8 ? [] : [5, 6, 7])
  })

  it('are never of values that are not finite', async () => {
    const network = new PretendNetwork()
    const { folder, saver } = saving(network)
    network.readState = () => new Map([['fc.weight', Float32Array.of(1, network.told.length === 8 ? NaN : 1)]])
    await expect(pretendRun([saver], { network })).rejects.toMatchObject({ code: 'weights-not-finite' })
    expect(stepsIn(folder)).toEqual([4])
  })

  it('that cannot be written end the run', async () => {
    const network = new PretendNetwork()
    const { saver } = saving(network, '/proc/no-such-folder')
    await expect(pretendRun([saver], { network })).rejects.toMatchObject({ code: 'cannot-write' })
  })
})
