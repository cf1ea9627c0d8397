import type { Graph, Tensor } from '../graph'
import { constant } from './arithmetic'

const int32 = { type: 'int32' as const }

function emitSlice(graph: Graph, x: Tensor, begin: number, count: number): Tensor {
  const rank = x.shape.length
  const at = (last: number, other: number): number[] => [...new Array<number>(rank - 1).fill(other), last]
  return graph.emit(
    'Slice',
    [x, constant(graph, at(begin, 0), 'int32'), constant(graph, at(count, -1), 'int32')],
    { T: { type: x.dtype }, Index: int32 },
    [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), count] }]
  )[0]!
}

/** `count` entries of the last axis from `begin`: channels of NHWC, outputs of a filter; differentiable. */
export function sliceLast(graph: Graph, x: Tensor, begin: number, count: number): Tensor {
  return graph.differentiable(emitSlice(graph, x, begin, count), [x], (gradient) => {
    const rank = x.shape.length
    const pads = [...new Array<number>(2 * (rank - 1)).fill(0), begin, x.shape[rank - 1]! - begin - count]
    const attributes = { T: { type: x.dtype }, Tpaddings: int32 }
    return graph.emit('Pad', [gradient, constant(graph, pads, 'int32', [rank, 2])], attributes, [x])
  })
}

/** Tensors one after another along the last axis; differentiable. */
export function concatLast(graph: Graph, tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor, ...Tensor[]]
  const axis = first.shape.length - 1
  const widths = tensors.map((tensor) => tensor.shape[axis]!)
  const total = widths.reduce((sum, width) => sum + width, 0)
  const attributes = { T: { type: first.dtype }, N: { int: tensors.length }, Tidx: int32 }
  const y = graph.emit('ConcatV2', [...tensors, constant(graph, axis, 'int32')], attributes, [
    { dtype: first.dtype, shape: [...first.shape.slice(0, -1), total] }
  ])[0]!
  return graph.differentiable(y, tensors, (gradient) => {
    let begin = 0
    return widths.map((width) => {
      const part = emitSlice(graph, gradient, begin, width)
      begin += width
      return part
    })
  })
}
