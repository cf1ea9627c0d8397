import type { CheckedArchitecture } from '../../../shared/architecture/check'
import { augmentationSchema, type Augmentation } from '../../../shared/experiment/augmentation'
import { augmentationInputs, cutOut, mixUp, rearrange, recolour } from './augmentation'
import type { DrawnAugmentation } from './augmentationDraw'
import type { Graph, Tensor } from '../graph/graph'
import { placeholder } from '../graph/ops/arithmetic'
import type { Mixture } from '../graph/ops/loss'
import type { Feed } from '../graph/session'
import {
  normalise,
  residentSplit,
  resizedPixels,
  unpackPictures,
  wordsPerPicture,
  type PictureTransform,
  type SourceBatch,
  type SplitReader,
  type SplitFiles
} from './pictures'

/**
 * Where batches come from: files held in the graph; pictures of the data set streamed in with each call; or
 * pictures fed as the network gets them.
 */
export type PictureSource =
  | { kind: 'resident'; train: SplitFiles; test: SplitFiles; transform: PictureTransform }
  | { kind: 'streamed'; shape: readonly [number, number, number]; transform: PictureTransform }
  | { kind: 'fed' }

/**
 * Numbers of pictures in the resident split; or the data set's pictures, int32 words as `unpackPictures` takes
 * them, with their labels; or float32 NHWC pictures as the network gets them.
 */
export type BatchInput = (
  { indices: Int32Array } | { words: Int32Array; labels: Int32Array } | { images: Float32Array; labels: Int32Array }
) & { augmentation?: DrawnAugmentation }

/** A batch in the graph: `x` NHWC float32, `labels` int32 [batch]. */
export interface Batch {
  x: Tensor
  labels: Tensor
  mixture: Mixture | null
}

export interface BatchFunction {
  batch: Batch
  /** What a call feeds. */
  feeds: Record<string, Tensor>
}

export interface Batches {
  train: BatchFunction
  test: BatchFunction
  /** The training split without augmentation: for pictures held out of it. */
  heldOut: BatchFunction
}

const UNCHANGED = augmentationSchema.parse({})

/** Adds to the graph how batches are taken and prepared. Fed pictures are not augmented. */
export function batches(
  graph: Graph,
  architecture: CheckedArchitecture,
  source: PictureSource,
  rules: Augmentation = UNCHANGED
): Batches {
  if (source.kind === 'fed') {
    const fed = (): BatchFunction => fedBatch(graph, architecture)
    const test = fed()
    return { train: fed(), test, heldOut: test }
  }
  const { transform } = source
  if (source.kind === 'streamed') {
    const streamed = (augmentation: Augmentation): BatchFunction => {
      const words = placeholder(graph, 'int32', [null, wordsPerPicture(source.shape)])
      const labels = placeholder(graph, 'int32', [null])
      const pictures = unpackPictures(graph, words, source.shape)
      return prepared(graph, { pictures, labels }, { words, labels }, transform, augmentation)
    }
    const test = streamed(UNCHANGED)
    return { train: streamed(rules), test, heldOut: test }
  }
  const [train, test] = (['train', 'test'] as const).map((name) => residentSplit(graph, `data/${name}`, source[name]))
  const taken = (split: SplitReader, augmentation: Augmentation): BatchFunction => {
    const indices = placeholder(graph, 'int32', [null])
    return prepared(graph, split(indices), { indices }, transform, augmentation)
  }
  return {
    train: taken(train!, rules),
    test: taken(test!, UNCHANGED),
    heldOut: taken(train!, UNCHANGED)
  }
}

function fedBatch(graph: Graph, { inputShape }: CheckedArchitecture): BatchFunction {
  const [channels, height, width] = inputShape as [number, number, number]
  const images = placeholder(graph, 'float32', [null, height, width, channels])
  const labels = placeholder(graph, 'int32', [null])
  return { batch: { x: images, labels, mixture: null }, feeds: { images, labels } }
}

/** Flip, crop, translation, resize, colours, normalisation, cutout, mixup, in this order. */
function prepared(
  graph: Graph,
  { pictures, labels }: SourceBatch,
  feeds: Record<string, Tensor>,
  transform: PictureTransform,
  rules: Augmentation
): BatchFunction {
  const [, , height, width] = pictures.shape as [null, number, number, number]
  const random = augmentationInputs(graph, rules, { height, width })
  const pixels = resizedPixels(graph, rearrange(graph, pictures, random, rules), transform)
  const plain = normalise(graph, recolour(graph, pixels, random), transform)
  const mixed = mixUp(graph, cutOut(graph, plain, random, rules.cutout), labels, random)
  return { batch: { ...mixed, labels }, feeds: { ...feeds, ...(random as Record<string, Tensor>) } }
}

/** A call's feeds. `inputShape` is channels, height, width of what the network gets. */
export function batchFeeds(batch: BatchInput, inputShape: readonly number[]): Record<string, Feed> {
  const random = (batch.augmentation ?? {}) as Record<string, Feed>
  if ('indices' in batch) return { indices: { values: batch.indices, shape: [batch.indices.length] }, ...random }
  const count = batch.labels.length
  const labels = { values: batch.labels, shape: [count] }
  if ('words' in batch) {
    return { words: { values: batch.words, shape: [count, batch.words.length / count] }, labels, ...random }
  }
  const [channels, height, width] = inputShape as [number, number, number]
  return { images: { values: batch.images, shape: [count, height, width, channels] }, labels }
}
