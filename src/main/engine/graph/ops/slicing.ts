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

/** Places of one axis: the first, how many, and how far apart (1 where it is left out). */
export interface Places {
  first: number
  count: number
  step?: number
}

/** The named rows and columns of NHWC `x`; `x` itself where those are all. Not differentiable. */
export function cutImage(graph: Graph, x: Tensor, rows: Places, columns: Places): Tensor {
  const [batch, height, width, channels] = x.shape as [number | null, number, number, number]
  if (rows.count === height && columns.count === width) return x
  const output = [{ dtype: x.dtype, shape: [batch, rows.count, columns.count, channels] }]
  const [down, right] = [rows.step ?? 1, columns.step ?? 1]
  const begin = constant(graph, [0, rows.first, columns.first, 0], 'int32')
  if (down === 1 && right === 1) {
    const size = constant(graph, [-1, rows.count, columns.count, channels], 'int32')
    return graph.emit('Slice', [x, begin, size], { T: { type: x.dtype }, Index: int32 }, output)[0]!
  }
  const end = ({ first, count }: Places, step: number): number => first + (count - 1) * step + 1
  return graph.emit(
    'StridedSlice',
    [
      x,
      begin,
      constant(graph, [0, end(rows, down), end(columns, right), channels], 'int32'),
      constant(graph, [1, down, right, 1], 'int32')
    ],
    {
      T: { type: x.dtype },
      Index: int32,
      begin_mask: { int: 0 },
      // Of the batch all there is.
      end_mask: { int: 1 },
      ellipsis_mask: { int: 0 },
      new_axis_mask: { int: 0 },
      shrink_axis_mask: { int: 0 }
    },
    output
  )[0]!
}
