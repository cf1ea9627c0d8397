import type { Recipe } from '../experiment/schema'
import type { Optimizer } from '../experiment/optimizer'
import type { CheckedArchitecture, CheckedLayer } from './check'
import { consumersOf } from './consumers'
import { elements } from './layer'
import type { LayerKind } from './layers'

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

/** Tensors of the size of the output that a layer keeps beside it: what its composed ops leave on the tape. */
const EXTRA: Partial<Record<LayerKind, number>> = { SiLU: 1, GELU: 4, GroupNorm: 3, Dropout: 2, LocalResponseNorm: 1 }
/** Their gradient needs what they gave, not what they got: they may overwrite their input. */
const OVERWRITING = new Set<LayerKind>(['ReLU', 'Sigmoid', 'Tanh'])
/** Their gradient does not need what they gave. */
const FORGETTING = new Set<LayerKind>(['BatchNorm2d', 'Add', 'Conv2d', 'Linear', 'Scale', 'Identity', 'Flatten'])

/** Values that a layer's own optimizer state has, in copies of its parameters. */
const slots = (optimizer: Optimizer): number => {
  if (optimizer.kind === 'Adam' || optimizer.kind === 'AdamW') return 2
  return (optimizer.kind === 'RMSprop' ? 1 : 0) + (optimizer.momentum > 0 ? 1 : 0)
}

/** Values that one picture leaves of a layer for the backward pass. */
export function keptValues(layer: CheckedLayer, consumers: readonly CheckedLayer[]): number {
  const size = elements(layer.outputShape)
  const overwritten =
    FORGETTING.has(layer.kind) &&
    consumers.length > 0 &&
    consumers.every(({ kind }) => OVERWRITING.has(kind) || (kind === 'Add' && layer.kind !== 'Conv2d'))
  // A view of its input.
  const shared = layer.kind === 'Flatten' || layer.kind === 'Identity'
  return (overwritten || shared ? 0 : size) + (EXTRA[layer.kind] ?? 0) * size
}

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
  const copies = COPIES + slots(optimizer) + (averaging ? 1 : 0) + (lookahead ? 1 : 0)
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
