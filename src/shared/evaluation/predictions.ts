import type { Evaluation } from '../run/schema'

/** Among how many classes the true one is looked for beside the accuracy. */
const BEST_CLASSES = 5

type Best = Pick<Evaluation, 'k' | 'classes' | 'probabilities'>

/** The most probable class of each picture, [count]. */
export const predictedOf = ({ k, classes }: Pick<Evaluation, 'k' | 'classes'>): Uint16Array =>
  k === 1 ? classes : Uint16Array.from({ length: classes.length / k }, (_, picture) => classes[picture * k]!)

/** Its softmax probability, [count]. */
export const confidenceOf = ({ k, probabilities }: Pick<Evaluation, 'k' | 'probabilities'>): Float32Array =>
  k === 1
    ? probabilities
    : Float32Array.from({ length: probabilities.length / k }, (_, picture) => probabilities[picture * k]!)

/** The most probable classes of the picture in row `row`, the first the predicted one. */
export const bestClassesOf = (
  { k, classes, probabilities }: Best,
  row: number
): { label: number; probability: number }[] =>
  Array.from({ length: k }, (_, rank) => ({
    label: classes[row * k + rank]!,
    probability: probabilities[row * k + rank]!
  }))

/** Pictures whose true class is the most probable one. */
export function correctOf({ k, labels, classes }: Pick<Evaluation, 'k' | 'labels' | 'classes'>): number {
  let correct = 0
  for (let row = 0; row < labels.length; row++) {
    if (classes[row * k] === labels[row]) correct += 1
  }
  return correct
}

/**
 * Share of pictures whose true class is among the five most probable, of `classes` in all; null where fewer were kept,
 * as of older runs, and where there are no pictures.
 */
export function topFiveAccuracy(
  { k, labels, classes: best }: Pick<Evaluation, 'k' | 'labels' | 'classes'>,
  classes: number
): number | null {
  if (k < Math.min(BEST_CLASSES, classes) || labels.length === 0) return null
  const looked = Math.min(k, BEST_CLASSES)
  let found = 0
  for (let row = 0; row < labels.length; row++) {
    if (best.subarray(row * k, row * k + looked).includes(labels[row]!)) found += 1
  }
  return found / labels.length
}

/** What the classes are called; their numbers where no names are known, or too few for what was predicted. */
export function classNames(
  { labels, classes }: Pick<Evaluation, 'labels' | 'classes'>,
  named: string[] | null
): string[] {
  const most = [labels, classes].reduce((top, list) => list.reduce((a, b) => Math.max(a, b), top), -1)
  return named && most < named.length ? named : Array.from({ length: most + 1 }, (_, index) => String(index))
}
