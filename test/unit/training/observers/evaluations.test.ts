import { expect, it } from 'vitest'
import { listEvaluations, readEvaluation, writeEvaluation } from '../../../../src/main/run/evaluations'
import { EvaluationSaver } from '../../../../src/main/training/observers/evaluations'
import type { EpochMetrics, Evaluation } from '../../../../src/shared/run/schema'
import { metrics } from '../../../support/runFolders'
import { temporaryFolder } from '../../support'

const evaluation = (epoch: number): Evaluation => ({
  epoch,
  k: 1,
  pictures: Uint32Array.of(0, 1),
  labels: Uint16Array.of(3, 4),
  classes: Uint16Array.of(3, epoch),
  probabilities: Float32Array.of(0.5, 0.25),
  trueProbability: Float32Array.of(0.5, 0.125)
})
const PLENTY = 1e6
const best = (epoch: number, testAccuracy: number): EpochMetrics => metrics(epoch, { testAccuracy })

it('those of the epochs that a run goes back behind are void and gone before it trains them again', async () => {
  const folder = temporaryFolder()
  for (const epoch of [0, 1, 2]) await writeEvaluation(folder, evaluation(epoch))
  const saver = new EvaluationSaver({ folder, classes: 10, limitBytes: PLENTY }, { epochs: 1, best: best(0, 0.5) })
  await saver.runBegin()
  expect(await listEvaluations(folder)).toEqual([0])
  await saver.epochEnd(null, { metrics: best(1, 0.6), evaluation: evaluation(1) })
  expect(await readEvaluation(folder, 1)).toEqual(evaluation(1))
})

it('where there is room for no others the best and the last stay, of equal scores the earliest, also after a resume', async () => {
  const folder = temporaryFolder()
  const settings = { folder, classes: 10, limitBytes: 0 }
  const scores = [0.3, 0.5, 0.5, 0.4]
  let saver = new EvaluationSaver(settings, { epochs: 0, best: null })
  for (const [epoch, score] of scores.entries()) {
    if (epoch === 2) saver = new EvaluationSaver(settings, { epochs: 2, best: best(1, 0.5) })
    await saver.epochEnd(null, { metrics: best(epoch, score), evaluation: evaluation(epoch) })
    expect(await listEvaluations(folder)).toEqual([[0], [1], [1, 2], [1, 3]][epoch])
  }
  await saver.epochEnd(null, { metrics: best(4, 0.9), evaluation: evaluation(4) })
  expect(await listEvaluations(folder)).toEqual([4])
})
