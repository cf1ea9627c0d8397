import type { Optimizer } from '../../../shared/experiment/schema'
import type { Graph, Tensor } from '../graph/graph'
import type { Variable } from '../graph/ops/variable'
import { sgd } from './sgd'

/** How an optimizer adds the update of one parameter to the graph. */
export interface OptimizerEmitter<O> {
  /** Names of the values it keeps for each parameter, PyTorch's state keys; they start at zero. */
  slots(settings: O): string[]
  /** Adds the update; gives the name of the node that makes it. */
  update(
    context: { graph: Graph; learningRate: Tensor },
    settings: O,
    parameter: Variable,
    gradient: Tensor,
    slot: (name: string) => Variable
  ): string
}

/** Every optimizer by its kind; a kind without an entry is a type error. */
export const optimizers: { [K in Optimizer['kind']]: OptimizerEmitter<Extract<Optimizer, { kind: K }>> } = {
  SGD: sgd
}
