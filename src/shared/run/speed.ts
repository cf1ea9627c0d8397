import { z } from 'zod'
import type { CheckedArchitecture } from '../architecture/check'
import { elements } from '../architecture/layer'
import { pictureCounts } from '../experiment/length'
import { precisions, type Recipe } from '../experiment/schema'
import type { Device } from './schema'

/** What is kept of speeds belongs to one processor and TensorFlow. */
export const machineOf = ({ name, tensorflow }: Device): string => `${name}, TensorFlow ${tensorflow}`

/** How fast a run trained on this computer. */
export const runSpeedSchema = z.object({
  /** Of one forward pass of one picture. */
  multiplyAdds: z.number().positive(),
  imagesPerSecond: z.number().positive(),
  precision: z.enum(precisions)
})
export type RunSpeed = z.infer<typeof runSpeedSchema>

/** What is known of the speed of this computer's device. */
export const speedsSchema = z.object({
  /** Training pictures a second that were measured on demand, by `speedKey`. */
  measured: z.record(z.string(), z.number().positive()),
  /** Of runs, the newest first. */
  runs: z.array(runSpeedSchema),
  /** Multiply-adds a second of a single-precision matrix product; null where it was not measured yet. */
  product: z.number().positive().nullable()
})
export type Speeds = z.infer<typeof speedsSchema>

export const noSpeeds: Speeds = { measured: {}, runs: [], product: null }

/** What an estimate follows from: a measurement of this network, a run of one of much the same size, or the machine. */
export type TimeBasis = 'measured' | 'run' | 'product'

export interface TimeEstimate {
  /** Of one pass over the training pictures and the evaluation after it. */
  epoch: number
  /** Of the whole run, where early stopping does not end it. */
  run: number
  basis: TimeBasis
}

type Sizes = Pick<
  Recipe,
  | 'batchSize'
  | 'epochs'
  | 'precision'
  | 'testTimeAugmentation'
  | 'trainLimit'
  | 'testLimit'
  | 'validationShare'
  | 'dropLast'
>

/** Two networks of this size, trained alike, take the same time: what it is that was measured. */
export const speedKey = (
  { layers, totals }: CheckedArchitecture,
  { batchSize, precision }: Pick<Recipe, 'batchSize' | 'precision'>
): string => [layers.length, totals.parameters, totals.multiplyAdds, batchSize, precision].join('/')

/** A forward pass, the gradients of the inputs and those of the weights. */
const PASSES = 3
/**
 * What moving one value of a layer's output and preparing one picture cost beside the products, in multiply-adds. Fitted to
 * the seed ResNet, ResNet-20 and LeNet-5 on two CPU cores, which they give within a tenth.
 */
const VALUE = 60
const PICTURE = 3e6
/** A run's speed is carried over to networks of at most so many times, or the part, of its multiply-adds. */
const ALIKE = 4
/** Passes over a picture, by the views that its logits are the mean of. */
const VIEWS = { none: 1, flip: 2, 'flip-shift': 6 } as const satisfies Record<Recipe['testTimeAugmentation'], number>

/**
 * How long training takes, from what is known of this computer: from a measurement of this very network, else from the run
 * nearest in multiply-adds, of equals the newest, else from the machine's matrix product. Null where nothing is known.
 */
export function estimateTime(
  network: CheckedArchitecture,
  recipe: Sizes,
  available: { train: number; test: number },
  speeds: Speeds
): TimeEstimate | null {
  const found = speedOf(network, recipe, speeds)
  if (!found) return null
  const { train, validation, test } = pictureCounts(recipe, available)
  // An evaluation is the forward pass alone.
  const evaluated = ((validation + test) * VIEWS[recipe.testTimeAugmentation]) / PASSES
  const epoch = (train + evaluated) / found.imagesPerSecond
  return { epoch, run: epoch * recipe.epochs, basis: found.basis }
}

function speedOf(
  network: CheckedArchitecture,
  recipe: Sizes,
  { measured, runs, product }: Speeds
): { imagesPerSecond: number; basis: TimeBasis } | null {
  const own = measured[speedKey(network, recipe)]
  if (own !== undefined) return { imagesPerSecond: own, basis: 'measured' }
  const { multiplyAdds } = network.totals
  if (multiplyAdds <= 0) return null
  const distance = (speed: RunSpeed): number => Math.abs(Math.log(speed.multiplyAdds / multiplyAdds))
  const [nearest] = runs
    .filter(({ precision }) => precision === recipe.precision)
    .sort((one, other) => distance(one) - distance(other))
  if (nearest && (product === null || distance(nearest) <= Math.log(ALIKE))) {
    return { imagesPerSecond: (nearest.imagesPerSecond * nearest.multiplyAdds) / multiplyAdds, basis: 'run' }
  }
  return product === null ? null : { imagesPerSecond: product / workOf(network), basis: 'product' }
}

/** What training on one picture costs, in multiply-adds. */
function workOf({ layers, inputShape, totals }: CheckedArchitecture): number {
  const values = layers.reduce((sum, { outputShape }) => sum + elements(outputShape), elements(inputShape))
  return PASSES * totals.multiplyAdds + VALUE * values + PICTURE
}
