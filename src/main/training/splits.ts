import type { Recipe } from '../../shared/experiment/schema'
import { permutation, randomStream } from '../engine/random'

/** Numbers of the pictures a run uses: `validation` are held out of the training split. */
export interface Splits {
  train: Int32Array
  validation: Int32Array
  test: Int32Array
}

const firstNumbers = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index)

/** Divides the data set as the recipe wants it; which pictures are held out is decided by the seed alone. */
export function splitPictures(
  { trainLimit, testLimit, validationShare, seed }: Recipe,
  counts: { train: number; test: number }
): Splits {
  const available = Math.min(trainLimit ?? Infinity, counts.train)
  const test = firstNumbers(Math.min(testLimit ?? Infinity, counts.test))
  if (validationShare === 0) return { train: firstNumbers(available), validation: new Int32Array(0), test }
  // At least one picture stays on either side.
  const held = Math.min(Math.max(1, Math.round(validationShare * available)), available - 1)
  const order = permutation(randomStream(seed, 'validation'), available)
  return { train: order.slice(held).sort(), validation: order.slice(0, held).sort(), test }
}

/** The training pictures in the order of one epoch. */
export function epochOrder(train: Int32Array, seed: number, epoch: number): Int32Array {
  return permutation(randomStream(seed, `order/${epoch}`), train.length).map((place) => train[place]!)
}
