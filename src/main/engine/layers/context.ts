import type { Shape } from '../../../shared/architecture/layer'
import type { Graph, Tensor } from '../graph/graph'
import type { Variable } from '../graph/ops/variable'

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
  /** Names a node that a training step must have run, such as the update of a running mean. */
  update(node: string): void
  /** An int32 pair for random ops, another for each layer and step, decided by the run's seed. */
  seed(): Tensor
}

/** Adds a layer's computation to the graph. Pictures are NHWC float32, vectors [batch, features]. */
export type LayerEmitter<A> = (context: LayerContext, attributes: A, inputs: readonly Tensor[]) => Tensor
