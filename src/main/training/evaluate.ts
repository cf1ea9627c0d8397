import { scoreOf } from '../../shared/run/best'
import { correctOf } from '../../shared/evaluation/predictions'
import type { Evaluation } from '../../shared/run/schema'
import type { CompiledNetwork } from '../engine/compiledNetwork'
import type { EpochEvaluated, Observed } from './observers/observer'
import type { PictureFeed } from './pictureFeed'
import type { RunState } from './run'
import type { Session } from './session'

/** What an evaluation needs of a network; tests have one that only pretends. */
export type EvaluatedNetwork = Pick<CompiledNetwork, 'evaluate'>

export interface EvaluationPass {
  lossSum: number
  correct: number
  predictions: Evaluation
}

export interface EvaluationSettings {
  epoch: number
  /** Which pictures, in their order; `heldOut` ones are of the training split. */
  indices: Int32Array
  heldOut: boolean
  batchSize: number
  /** Called before each batch; false ends the pass. */
  proceed(): Promise<boolean>
  /** Told after each batch how many pictures are done. */
  progress(done: number, pictures: number): void | Promise<void>
}

/** One pass over pictures in evaluation mode; null when it was ended before its end. */
export async function evaluatePictures(
  network: EvaluatedNetwork,
  feed: PictureFeed,
  { epoch, indices, heldOut, batchSize, proceed, progress }: EvaluationSettings
): Promise<EvaluationPass | null> {
  const count = indices.length
  const labels = new Uint16Array(count)
  const trueProbability = new Float32Array(count)
  let best = { k: 1, classes: new Uint16Array(count), probabilities: new Float32Array(count) }
  let lossSum = 0
  let done = 0
  for await (const { input, indices: batch } of feed.batches(heldOut ? 'train' : 'test', indices, batchSize)) {
    if (!(await proceed())) return null
    const result = network.evaluate(input, { heldOut })
    lossSum += result.lossSum
    const { k } = result
    // How many classes are told of a picture shows with the first batch.
    if (done === 0) best = { k, classes: new Uint16Array(count * k), probabilities: new Float32Array(count * k) }
    labels.set(result.labels, done)
    trueProbability.set(result.trueProbability, done)
    best.classes.set(result.classes, done * k)
    best.probabilities.set(result.probabilities, done * k)
    done += batch.length
    await progress(done, batch.length)
  }
  const predictions = { epoch, pictures: Uint32Array.from(indices), labels, ...best, trueProbability }
  return { lossSum, correct: correctOf(predictions), predictions }
}

/** The figures of the epoch that was trained last, by its test and held-out pictures; null when it was ended before. */
export async function evaluateEpoch(
  {
    experiment: { recipe },
    network,
    feed,
    splits,
    trainPictures
  }: Pick<Session, 'experiment' | 'feed' | 'splits' | 'trainPictures'> & { network: EvaluatedNetwork },
  run: RunState,
  observed: Observed,
  proceed: () => Promise<boolean>
): Promise<EpochEvaluated | null> {
  const epoch = run.epoch - 1
  const evaluate = (indices: Int32Array, heldOut: boolean, before: number): Promise<EvaluationPass | null> =>
    evaluatePictures(network, feed, {
      epoch,
      indices,
      heldOut,
      batchSize: recipe.testBatchSize,
      proceed,
      progress: (done, pictures) => observed.evaluated(run, before + done, pictures)
    })
  const test = await evaluate(splits.test, false, 0)
  if (!test) return null
  const held = splits.validation.length
  const validation = held > 0 ? await evaluate(splits.validation, true, splits.test.length) : null
  if (held > 0 && !validation) return null
  const figures = {
    loss: run.lossSum / trainPictures,
    trainAccuracy: run.correct / trainPictures,
    testLoss: test.lossSum / splits.test.length,
    testAccuracy: test.correct / splits.test.length,
    validationLoss: validation && validation.lossSum / held,
    validationAccuracy: validation && validation.correct / held
  }
  const { seconds, speed } = run
  const score = scoreOf(figures, recipe.monitor)
  const metrics = { epoch, ...figures, score, seconds, imagesPerSecond: speed.imagesPerSecond }
  return { metrics, evaluation: test.predictions }
}
