import { pictureCounts } from '../../shared/experiment/length'
import type { Recipe } from '../../shared/experiment/schema'
import { permutation, randomStream } from '../engine/random'

/** Numbers of the pictures a run uses: `validation` are held out of the training split. */
export interface Splits {
  train: Int32Array
  validation: Int32Array
  test: Int32Array
}

const firstNumbers = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index)

/**
 * Divides the data set as the recipe wants it; which pictures are held out is decided by the seed, and by the
 * classes `labels` of the training split where they are drawn by class. No picture is on both sides.
 */
export function splitPictures(
  recipe: Recipe,
  available: { train: number; test: number },
  labels: ArrayLike<number>
): Splits {
  const counts = pictureCounts(recipe, available)
  const pictures = counts.train + counts.validation
  const test = firstNumbers(counts.test)
  if (counts.validation === 0) return { train: firstNumbers(pictures), validation: new Int32Array(0), test }
  const random = permutation(randomStream(recipe.seed, 'validation'), pictures)
  const order = recipe.validationDraw === 'random' ? random : heldOutFirst(random, labels, counts.validation)
  return { train: order.slice(counts.validation).sort(), validation: order.slice(0, counts.validation).sort(), test }
}

/**
 * The same pictures with `held` in front that have each class's share: the largest remainders make up what whole
 * shares leave, and no class loses its last training picture while another can give one.
 */
function heldOutFirst(order: Int32Array, labels: ArrayLike<number>, held: number): Int32Array {
  const classes = new Map<number, number[]>()
  for (const picture of order) {
    const label = labels[picture]!
    const pictures = classes.get(label)
    if (pictures) pictures.push(picture)
    else classes.set(label, [picture])
  }
  const shares = [...classes.values()].map((pictures) => {
    const exact = (held * pictures.length) / order.length
    const whole = Math.floor(exact)
    return { pictures, taken: whole, remainder: exact - whole, keepsOne: pictures.length - whole > 1 }
  })
  const missing = held - shares.reduce((sum, { taken }) => sum + taken, 0)
  // Equal remainders stay in the order in which the seed brought the classes.
  const ranked = [...shares].sort((a, b) => Number(b.keepsOne) - Number(a.keepsOne) || b.remainder - a.remainder)
  for (const share of ranked.slice(0, missing)) share.taken += 1
  return Int32Array.from([
    ...shares.flatMap(({ pictures, taken }) => pictures.slice(0, taken)),
    ...shares.flatMap(({ pictures, taken }) => pictures.slice(taken))
  ])
}

/** The training pictures in the order of one epoch. */
export function epochOrder(train: Int32Array, seed: number, epoch: number): Int32Array {
  return permutation(randomStream(seed, `order/${epoch}`), train.length).map((place) => train[place]!)
}
