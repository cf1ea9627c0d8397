import type { DType, Graph, Tensor, TensorShape } from '../graph'
import { cast, constant } from './arithmetic'

const int32 = { type: 'int32' as const }

/** The sizes of `tensor` as an int32 vector, worked out when the graph runs. */
export function shapeOf(graph: Graph, tensor: Tensor): Tensor {
  const attributes = { T: { type: tensor.dtype }, out_type: int32 }
  return graph.emit('Shape', [tensor], attributes, [{ dtype: 'int32', shape: [tensor.shape.length] }])[0]!
}

/** Sizes for an op that wants them as a tensor: constant where all are known. */
export function sizes(graph: Graph, tensor: Tensor): Tensor {
  return tensor.shape.every((size) => size !== null)
    ? constant(graph, tensor.shape as number[], 'int32')
    : shapeOf(graph, tensor)
}

/** Reshape to `shape`, whose first size may be null (the batch). Not differentiable: for gradients written out. */
export function reshaped(graph: Graph, x: Tensor, shape: TensorShape): Tensor {
  const target = constant(
    graph,
    shape.map((size) => size ?? -1),
    'int32'
  )
  const attributes = { T: { type: x.dtype }, Tshape: int32 }
  return graph.emit('Reshape', [x, target], attributes, [{ dtype: x.dtype, shape }])[0]!
}

/** The same; differentiable. */
export function reshape(graph: Graph, x: Tensor, shape: TensorShape): Tensor {
  const attributes = { T: { type: x.dtype }, Tshape: int32 }
  return graph.differentiable(reshaped(graph, x, shape), [x], (gradient) =>
    graph.emit('Reshape', [gradient, sizes(graph, x)], attributes, [x])
  )
}

/** Axes in the order of `permutation`; differentiable. */
export function transpose(graph: Graph, x: Tensor, permutation: readonly number[]): Tensor {
  const emit = (input: Tensor, order: readonly number[]): Tensor =>
    graph.emit('Transpose', [input, constant(graph, order, 'int32')], { T: { type: input.dtype }, Tperm: int32 }, [
      { dtype: input.dtype, shape: order.map((axis) => input.shape[axis]!) }
    ])[0]!
  return graph.differentiable(emit(x, permutation), [x], (gradient) => [
    emit(
      gradient,
      permutation.map((_, axis) => permutation.indexOf(axis))
    )
  ])
}

/**
 * Zeros (or `value`) before and behind height and width of NHWC, `behind` defaulting to as many as
 * before; differentiable.
 */
export function padImage(
  graph: Graph,
  x: Tensor,
  before: readonly [number, number],
  value = 0,
  behind: readonly [number, number] = before
): Tensor {
  const [top, left] = before
  const [bottom, right] = behind
  const [batch, height, width, channels] = x.shape as [number | null, number, number, number]
  const pads = constant(graph, [0, 0, top, bottom, left, right, 0, 0], 'int32', [4, 2])
  const shape = [batch, height + top + bottom, width + left + right, channels]
  const T: { type: DType } = { type: x.dtype }
  const y = graph.emit('PadV2', [x, pads, fillValue(graph, value, x.dtype)], { T, Tpaddings: int32 }, [
    { dtype: x.dtype, shape }
  ])[0]!
  return graph.differentiable(y, [x], (gradient) => [cropImage(graph, gradient, before, x)])
}

/** The part of NHWC `x` of the size of `target` that begins `before` rows and columns in. Not differentiable. */
export function cropImage(graph: Graph, x: Tensor, [top, left]: readonly [number, number], target: Tensor): Tensor {
  const begin = constant(graph, [0, top, left, 0], 'int32')
  const attributes = { T: { type: x.dtype }, Index: int32 }
  return graph.emit('Slice', [x, begin, sizes(graph, target)], attributes, [target])[0]!
}

/** A scalar of `dtype`; protobuf constants of bfloat16 are made by a cast. */
function fillValue(graph: Graph, value: number, dtype: DType): Tensor {
  const scalar = constant(graph, value)
  return dtype === 'float32' ? scalar : cast(graph, scalar, dtype)
}

/** Rows of `table` by int32 `indices`. Not differentiable: used on data. */
export function gather(graph: Graph, table: Tensor, indices: Tensor): Tensor {
  const attributes = {
    Tparams: { type: table.dtype },
    Tindices: int32,
    Taxis: int32,
    batch_dims: { int: 0 }
  }
  return graph.emit('GatherV2', [table, indices, constant(graph, 0, 'int32')], attributes, [
    { dtype: table.dtype, shape: [indices.shape[0]!, ...table.shape.slice(1)] }
  ])[0]!
}

/** Of each row of [rows, columns] the values at that row's int32 `indices`, [rows] or [rows, count]. Not differentiable. */
export function gatherOfRows(graph: Graph, x: Tensor, indices: Tensor): Tensor {
  const attributes = { Tparams: { type: x.dtype }, Tindices: int32, Taxis: int32, batch_dims: { int: 1 } }
  return graph.emit('GatherV2', [x, indices, constant(graph, 1, 'int32')], attributes, [
    { dtype: x.dtype, shape: indices.shape }
  ])[0]!
}
