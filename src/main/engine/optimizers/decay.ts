import type { Graph, Tensor } from '../graph/graph'
import { binary, constant } from '../graph/ops/arithmetic'
import { read, type Variable } from '../graph/ops/variable'

/** `gradient + weightDecay parameter`: L2 regularisation as PyTorch's optimizers but AdamW do it. */
export function decayedGradient(graph: Graph, parameter: Variable, gradient: Tensor, weightDecay: number): Tensor {
  if (weightDecay === 0) return gradient
  return binary(graph, 'AddV2', gradient, binary(graph, 'Mul', read(graph, parameter), constant(graph, weightDecay)))
}
