import type { CheckedArchitecture } from '../architecture/check'
import { consumersOf } from '../architecture/consumers'
import { keptValues } from '../architecture/kept'
import { elements } from '../architecture/layer'
import { statesOf } from './optimizer'
import type { Recipe } from './schema'

/** Bytes that training takes at its peak. */
export interface TrainingMemory {
  /** Node, TensorFlow and the compiled graph. */
  process: number
  /** Weights, their gradients, what the optimizer remembers, and copies while they are loaded and saved. */
  parameters: number
  /** What a batch leaves for the backward pass, and the largest gradients at work. */
  activations: number
  total: number
}

const FLOAT = 4
const MIB = 2 ** 20
/** Measured: a process that has loaded TensorFlow and run a step of a network with hardly any layer. */
const PROCESS = 470 * MIB
/** Measured: what one layer costs in the compiled graphs. */
const PER_LAYER = MIB
/** Copies of a parameter: the weight, its gradient, and two while a state is loaded or saved. */
const COPIES = 4
/** Gradients and pictures in preparation that live at the same time, in tensors of the largest and first size. */
const LARGEST = 3
const FIRST = 3

type Sizes = Pick<Recipe, 'batchSize' | 'testBatchSize' | 'optimizer' | 'averaging' | 'lookahead'> &
  Partial<Pick<Recipe, 'trainLimit' | 'testLimit'>>
/** Pictures that are trained on, and most that are evaluated in one pass. */
interface Pictures {
  train: number
  test: number
}

/**
 * An estimate of the memory that training takes on a CPU, from the layers' sizes and the batch's, of which none has more
 * pictures than there are; within a quarter of what is measured. The data set does not count: its file is mapped, and
 * the system takes back what others need.
 */
export function trainingMemory(
  { layers, inputShape, totals }: CheckedArchitecture,
  { batchSize, testBatchSize, optimizer, averaging, lookahead, trainLimit, testLimit }: Sizes,
  pictures: Pictures = { train: trainLimit ?? Infinity, test: testLimit ?? Infinity }
): TrainingMemory {
  const consumers = consumersOf(layers)
  const kept = layers.reduce((sum, layer) => sum + keptValues(layer, consumers.get(layer.path) ?? []), 0)
  const largest = Math.max(...layers.map(({ outputShape }) => elements(outputShape)))
  const atWork = LARGEST * largest + FIRST * elements(inputShape)
  const copies = COPIES + statesOf(optimizer) + (averaging ? 1 : 0) + (lookahead ? 1 : 0)
  const memory = {
    process: PROCESS + layers.length * PER_LAYER,
    parameters: totals.parameters * FLOAT * copies,
    activations:
      FLOAT *
      Math.max(Math.min(batchSize, pictures.train) * (kept + atWork), Math.min(testBatchSize, pictures.test) * atWork)
  }
  return { ...memory, total: memory.process + memory.parameters + memory.activations }
}

/** The largest batch size, for training and testing alike, with which training keeps to so many bytes; 0 for none. */
export function largestBatch(architecture: CheckedArchitecture, recipe: Sizes, bytes: number): number {
  const fits = (batchSize: number): boolean => {
    const testBatchSize = Math.min(batchSize, recipe.testBatchSize)
    return trainingMemory(architecture, { ...recipe, batchSize, testBatchSize }).total <= bytes
  }
  let [enough, tooMuch] = [0, recipe.batchSize + 1]
  while (tooMuch - enough > 1) {
    const middle = Math.floor((enough + tooMuch) / 2)
    if (fits(middle)) enough = middle
    else tooMuch = middle
  }
  return enough
}
