import type { Graph, Tensor } from '../graph/graph'
import type { Variable } from '../graph/ops/variable'

export interface OptimizerContext {
  graph: Graph
  /** float32 scalars: the learning rate of this step, and its number from 1. */
  learningRate: Tensor
  stepNumber: Tensor
}

/** How an optimizer adds the update of one parameter to the graph. */
export interface OptimizerEmitter<O> {
  /** Names of the values it keeps for each parameter, PyTorch's state keys; they start at zero. */
  slots(settings: O): string[]
  /** Adds the update; gives the name of the node that makes it. */
  update(
    context: OptimizerContext,
    settings: O,
    parameter: Variable,
    gradient: Tensor,
    slot: (name: string) => Variable
  ): string
}
