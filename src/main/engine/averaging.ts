import type { Recipe } from '../../shared/experiment/schema'
import type { Graph, Tensor } from './graph/graph'
import { binary, cast, constant } from './graph/ops/arithmetic'
import { assign, moveTowards, read, type Variable } from './graph/ops/variable'

/**
 * Lookahead (Zhang et al. 2019): every `steps` steps the slow weights move towards the fast ones by `alpha`,
 * and the fast ones go on from there. `stepNumber` counts from 1. Runs after `updated`; gives the last node's name.
 */
export function lookahead(
  graph: Graph,
  { steps, alpha }: NonNullable<Recipe['lookahead']>,
  stepNumber: Tensor,
  fast: Variable,
  slow: Variable,
  updated: string
): string {
  const now = isMultiple(graph, stepNumber, steps)
  const moved = read(graph, fast, [updated])
  const weight = binary(graph, 'Mul', cast(graph, now, 'float32'), constant(graph, alpha))
  const moves = moveTowards(graph, slow, read(graph, slow), moved, weight)
  const target = read(graph, slow, [moves])
  // A choice, not a mean: in between the fast weights must stay as they are to the last bit.
  const chosen = graph.emit('SelectV2', [now, target, moved], { T: { type: 'float32' } }, [
    { dtype: 'float32', shape: fast.shape }
  ])[0]!
  return assign(graph, fast, chosen)
}

/**
 * torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn: `average = decay average + (1 - decay) weight`
 * after each step, the weight itself after the first. Gives the node's name; runs after `updated`.
 */
export function movingAverage(
  graph: Graph,
  decay: number,
  stepNumber: Tensor,
  weight: Variable,
  average: Variable,
  updated: string
): string {
  const one = constant(graph, 1)
  const later = binary(graph, 'Minimum', binary(graph, 'Sub', stepNumber, one), one)
  const share = binary(graph, 'Sub', one, binary(graph, 'Mul', later, constant(graph, decay)))
  return moveTowards(graph, average, read(graph, average), read(graph, weight, [updated]), share)
}

/** Whether the step is the last of `steps`, as a bool scalar. */
function isMultiple(graph: Graph, stepNumber: Tensor, steps: number): Tensor {
  const rest = binary(graph, 'FloorMod', stepNumber, constant(graph, steps))
  const attributes = { T: { type: 'float32' as const } }
  return graph.emit('Equal', [rest, constant(graph, 0)], attributes, [{ dtype: 'bool', shape: [] }])[0]!
}
