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
  const predictions: Evaluation = {
    epoch,
    labels: new Uint8Array(count),
    predicted: new Uint8Array(count),
    confidence: new Float32Array(count)
  }
  let lossSum = 0
  let correct = 0
  let done = 0
  for await (const { input, indices: batch } of feed.batches(heldOut ? 'train' : 'test', indices, batchSize)) {
    if (!(await proceed())) return null
    const result = network.evaluate(input, { heldOut })
    lossSum += result.lossSum
    result.labels.forEach((label, place) => {
      if (label === result.predicted[place]) correct += 1
    })
    predictions.labels.set(result.labels, done)
    predictions.predicted.set(result.predicted, done)
    predictions.confidence.set(result.confidence, done)
    done += batch.length
    progress(done, batch.length)
  }
  return { lossSum, correct, predictions }
}
