import { correctOf } from '../../shared/run/evaluation'
import type { Evaluation } from '../../shared/run/schema'
import type { CompiledNetwork } from '../engine/compiledNetwork'
import type { PictureFeed } from './pictureFeed'

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
  progress(done: number, pictures: number): void
}

/** One pass over pictures in evaluation mode; null when it was ended before its end. */
export async function evaluatePictures(
  network: CompiledNetwork,
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
    progress(done, batch.length)
  }
  const predictions = { epoch, pictures: Uint32Array.from(indices), labels, ...best, trueProbability }
  return { lossSum, correct: correctOf(predictions), predictions }
}
