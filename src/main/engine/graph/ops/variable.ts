import type { Attribute, DType, Graph, Tensor, TensorShape } from '../graph'
import { binary, constant } from './arithmetic'

/** A value that lives in the session between runs. */
export interface Variable {
  name: string
  handle: Tensor
  dtype: DType
  shape: TensorShape
}

export function variable(graph: Graph, name: string, dtype: DType, shape: TensorShape): Variable {
  const attributes: Record<string, Attribute> = {
    dtype: { type: dtype },
    shape: { shape },
    shared_name: { string: name },
    container: { string: '' }
  }
  const handle = graph.emit('VarHandleOp', [], attributes, [{ dtype: 'resource', shape: [] }])[0]!
  return { name, handle, dtype, shape }
}

/** Its value, once the nodes named in `after` have run. */
export function read(graph: Graph, { handle, dtype, shape }: Variable, after: readonly string[] = []): Tensor {
  return graph.emit('ReadVariableOp', [handle], { dtype: { type: dtype } }, [{ dtype, shape }], after)[0]!
}

/** Sets a variable; gives the name of the node that does, for use as a control input. */
export function assign(graph: Graph, { handle, dtype }: Variable, value: Tensor): string {
  return graph.emit('AssignVariableOp', [handle, value], { dtype: { type: dtype } }, [])[0]!.node
}

/**
 * Sets a variable to a fed value. A variable would share the memory of what is fed, which belongs to
 * JavaScript: its release on one of TensorFlow's threads, at the next update, then corrupts the engine's
 * heap (tfjs-node deletes a Node-API reference there). So a copy is kept instead.
 */
export function assignCopy(graph: Graph, target: Variable, fed: Tensor): string {
  return assign(graph, target, graph.emit('DeepCopy', [fed], { T: { type: fed.dtype } }, [fed])[0]!)
}

/**
 * `variable += weight (value - variable)`: the moving average of running statistics and of weights. `current`
 * is the variable's value. A number of at least a half goes out from `value` instead, as in torch.lerp: what is small
 * beside the variable would else be left with the digits of that. Gives the node's name; it runs after the nodes named
 * in `after`.
 */
export function moveTowards(
  graph: Graph,
  target: Variable,
  current: Tensor,
  value: Tensor,
  weight: number | Tensor,
  after: readonly string[] = []
): string {
  const attributes = { dtype: { type: target.dtype } }
  const apart = binary(graph, 'Sub', value, current)
  const times = (factor: number | Tensor): Tensor =>
    binary(graph, 'Mul', apart, typeof factor === 'number' ? constant(graph, factor) : factor)
  if (typeof weight === 'number' && weight >= 0.5) {
    const moved = binary(graph, 'Sub', value, times(1 - weight))
    return graph.emit('AssignVariableOp', [target.handle, moved], attributes, [], after)[0]!.node
  }
  return graph.emit('AssignAddVariableOp', [target.handle, times(weight)], attributes, [], after)[0]!.node
}
