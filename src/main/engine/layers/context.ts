import type { Shape } from '../../../shared/architecture/layer'
import type { Graph, Tensor } from '../graph/graph'
import type { ConvolutionPlan } from '../graph/ops/convolution'
import type { Variable } from '../graph/ops/variable'

/** Adds a node that must run after those named, and gives its name. */
export type Update = (after: readonly string[]) => string

/** What a layer has at hand while it adds itself to the graph. */
export interface LayerContext {
  graph: Graph
  /** Training uses the batch's statistics, evaluation the running ones. */
  mode: 'train' | 'evaluate'
  /** Of one picture, without the batch: channels, height, width or features. */
  outputShape: Shape
  /** The value of a parameter as stored (a convolution's weight is HWIO). */
  parameter(name: string): Tensor
  variable(name: string): Variable
  /** Promises a node that a training step must run, such as the update of a running mean, once `after` have run. */
  update(emit: Update): void
  /** The type in which products are worked out: bfloat16 where precision is mixed. */
  productType: 'float32' | 'bfloat16'
  /** How a convolution is to be worked out. */
  plan: ConvolutionPlan
  /** An int32 pair for random ops, another for each layer and step, decided by the run's seed. */
  seed(): Tensor
}

/** Adds a layer's computation to the graph. Pictures are NHWC float32, vectors [batch, features]. */
export type LayerEmitter<A> = (context: LayerContext, attributes: A, inputs: readonly Tensor[]) => Tensor
