import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import type { Augmentation } from '../../../shared/experiment/augmentation'
import { isGeometric, type AugmentationInputs } from './augmentation'
import type { Feed } from '../graph/session'
import { normalValues, permutation, randomStream } from '../random'

export type DrawnAugmentation = { [K in keyof AugmentationInputs]: Feed }

export interface DrawSettings {
  /** Numbers of the batch's pictures in the data set. */
  indices: Int32Array
  /** Of the source pictures, and of what the network gets. */
  source: { height: number; width: number }
  input: { height: number; width: number }
  seed: number
  epoch: number
  step: number
}

/** What is random in a training step's pictures, decided by seed, epoch, step and the pictures' numbers alone. */
export function drawAugmentation(rules: Augmentation, settings: DrawSettings): DrawnAugmentation {
  const { indices, source, input, seed, step } = settings
  const count = indices.length
  const random = randomStream(seed, `augmentation/${step}`)
  const drawn: DrawnAugmentation = {}
  if (isGeometric(rules)) {
    const rows = new Int32Array(count * source.height)
    const columns = new Int32Array(count * source.width)
    for (let place = 0; place < count; place++) {
      const down = drawShift(rules, random)
      const right = drawShift(rules, random)
      const flip = drawFlip(rules, settings, indices[place]!, random)
      rows.set(sourceLines(rules, source.height, down, false), place * source.height)
      columns.set(sourceLines(rules, source.width, right, flip), place * source.width)
    }
    drawn.rows = { values: rows, shape: [count, source.height] }
    drawn.columns = { values: columns, shape: [count, source.width] }
  }
  const factors = (strength: number): Feed => ({
    values: Float32Array.from({ length: count }, () => Math.max(0, 1 + strength * (2 * uniformFloat64(random) - 1))),
    shape: [count]
  })
  if (rules.brightness > 0) drawn.brightness = factors(rules.brightness)
  if (rules.contrast > 0) drawn.contrast = factors(rules.contrast)
  if (rules.cutout > 0) {
    // The centre is anywhere in the picture, so that the square may lie partly outside.
    const corners = (size: number): Feed => ({
      values: Int32Array.from({ length: count }, () => uniformInt(random, 0, size - 1) - (rules.cutout >> 1)),
      shape: [count]
    })
    drawn.cutoutTop = corners(input.height)
    drawn.cutoutLeft = corners(input.width)
  }
  if (rules.mixup > 0) {
    drawn.partner = { values: permutation(random, count), shape: [count] }
    drawn.share = { values: Float32Array.of(beta(random, rules.mixup)), shape: [] }
  }
  return drawn
}

interface Shift {
  /** Of the crop's window, -padding to padding, and of the picture itself. */
  crop: number
  translation: number
}

function drawShift({ crop, translation }: Augmentation, random: RandomGenerator): Shift {
  return {
    crop: crop ? uniformInt(random, -crop.padding, crop.padding) : 0,
    translation: translation > 0 ? uniformInt(random, -translation, translation) : 0
  }
}

function drawFlip(
  { horizontalFlip }: Augmentation,
  { seed, epoch }: DrawSettings,
  index: number,
  random: RandomGenerator
): boolean {
  if (horizontalFlip === 'none') return false
  if (horizontalFlip === 'random') return uniformInt(random, 0, 1) === 1
  return (uniformInt(randomStream(seed, `flip/${index}`), 0, 1) + epoch) % 2 === 1
}

/**
 * Which of `size` source rows or columns each line of the augmented picture shows, -1 for black: the picture is
 * flipped, then cropped, then moved.
 */
export function sourceLines(
  { crop }: Pick<Augmentation, 'crop'>,
  size: number,
  shift: Shift,
  flip: boolean
): Int32Array {
  return Int32Array.from({ length: size }, (_, line) => {
    const cropped = line - shift.translation
    if (cropped < 0 || cropped >= size) return -1
    const wanted = cropped + shift.crop
    const inside = wanted >= 0 && wanted < size
    if (!inside && crop?.mode !== 'reflect') return -1
    const place = inside ? wanted : reflect(wanted, size)
    return flip ? size - 1 - place : place
  })
}

/** torch.nn.functional.pad's `reflect`: the edge itself is not repeated. */
function reflect(place: number, size: number): number {
  return place < 0 ? -place : 2 * (size - 1) - place
}

/** A value of Beta(alpha, alpha), from two of Gamma(alpha). */
function beta(random: RandomGenerator, alpha: number): number {
  const [a, b] = [gamma(random, alpha), gamma(random, alpha)]
  return a + b > 0 ? a / (a + b) : 0.5
}

/** A value of Gamma(alpha, 1) (Marsaglia and Tsang 2000); below 1 by way of alpha + 1. */
function gamma(random: RandomGenerator, alpha: number): number {
  if (alpha < 1) return gamma(random, alpha + 1) * uniformFloat64(random) ** (1 / alpha)
  const d = alpha - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const normal = normalValues(random, 1, 1)[0]!
    const cube = (1 + c * normal) ** 3
    if (cube <= 0) continue
    const bound = 0.5 * normal ** 2 + d - d * cube + d * Math.log(cube)
    if (Math.log(1 - uniformFloat64(random)) < bound) return d * cube
  }
}
