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

export function read(graph: Graph, { handle, dtype, shape }: Variable): Tensor {
  return graph.emit('ReadVariableOp', [handle], { dtype: { type: dtype } }, [{ dtype, shape }])[0]!
}

/** Sets a variable; gives the name of the node that does, for use as a control input. */
export function assign(graph: Graph, { handle, dtype }: Variable, value: Tensor): string {
  return graph.emit('AssignVariableOp', [handle, value], { dtype: { type: dtype } }, [])[0]!.node
}

/** `variable += weight (value - variable)`: the moving average of running statistics. Gives the node's name. */
export function moveTowards(graph: Graph, target: Variable, current: Tensor, value: Tensor, weight: number): string {
  const step = binary(graph, 'Mul', binary(graph, 'Sub', value, current), constant(graph, weight))
  return graph.emit('AssignAddVariableOp', [target.handle, step], { dtype: { type: target.dtype } }, [])[0]!.node
}
