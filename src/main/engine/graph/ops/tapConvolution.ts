import type { Graph, Tensor } from '../graph'
import { addN, constant, unary } from './arithmetic'
import { product } from './matrix'
import type { SlidingWindow } from './padding'
import { padImage, reshaped } from './shape'
import { cutImage, type Places } from './slicing'

/**
 * A convolution as one matrix product a tap (place of the filter), each over just those places where the tap
 * meets the input: nothing is multiplied by padding. Faster than the direct kernels where pictures are small
 * and channels many, such as 3x3 of 512. All three passes are NHWC with an HWIO filter, float32, groups 1.
 */
export interface TapConvolution {
  window: SlidingWindow
  /** Height and width of input and output. */
  input: readonly [number, number]
  output: readonly [number, number]
}

interface Range {
  /** First output place that the tap reaches, how many there are, and the first input place it reads. */
  first: number
  count: number
  source: number
}

interface Tap {
  index: number
  rows: Range
  columns: Range
}

const int32 = { type: 'int32' as const }

function range(tap: number, axis: 0 | 1, { window, input, output }: TapConvolution): Range {
  const stride = window.stride[axis]
  const offset = tap * (window.dilation?.[axis] ?? 1) - window.padding[axis]
  const first = Math.max(0, Math.ceil(-offset / stride))
  const end = Math.min(output[axis], Math.floor((input[axis] - 1 - offset) / stride) + 1)
  return { first, count: Math.max(0, end - first), source: first * stride + offset }
}

/** The taps that reach the input at all. */
function tapsOf(filter: Tensor, geometry: TapConvolution): Tap[] {
  const [height, width] = filter.shape as [number, number]
  return Array.from({ length: height * width }, (_, index) => ({
    index,
    rows: range(Math.floor(index / width), 0, geometry),
    columns: range(index % width, 1, geometry)
  })).filter(({ rows, columns }) => rows.count > 0 && columns.count > 0)
}

/** Cross-correlation; gives [batch, height, width, out]. */
export function tapForward(graph: Graph, x: Tensor, filter: Tensor, geometry: TapConvolution): Tensor {
  const { window, output } = geometry
  const weights = unpack(graph, filter)
  const channels = filter.shape[3]!
  const taps = tapsOf(filter, geometry)
  if (taps.length === 0) return nothing(graph, x, output, channels)
  return addN(
    graph,
    taps.map(({ index, rows, columns }) => {
      const seen = flat(graph, cut(graph, x, rows, columns, window.stride))
      const sum = product(graph, seen, weights[index]!)
      const placed = reshaped(graph, sum, [x.shape[0]!, rows.count, columns.count, channels])
      return spread(graph, placed, rows.first, columns.first, output)
    })
  )
}

/** The gradient with respect to the input, of its shape. */
export function tapInputGradient(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  gradient: Tensor,
  geometry: TapConvolution
): Tensor {
  const { window, input } = geometry
  const weights = unpack(graph, filter)
  const channels = filter.shape[2]!
  const taps = tapsOf(filter, geometry)
  if (taps.length === 0) return unary(graph, 'ZerosLike', x)
  return addN(
    graph,
    taps.map(({ index, rows, columns }) => {
      const part = flat(graph, cut(graph, gradient, place(rows), place(columns), [1, 1]))
      const sum = product(graph, part, weights[index]!, false, true)
      const placed = reshaped(graph, sum, [x.shape[0]!, rows.count, columns.count, channels])
      return spread(graph, placed, rows.source, columns.source, input, window.stride)
    })
  )
}

/** The gradient with respect to the filter, of its shape. */
export function tapFilterGradient(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  gradient: Tensor,
  geometry: TapConvolution
): Tensor {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number]
  const reached = new Map(tapsOf(filter, geometry).map((tap) => [tap.index, tap]))
  const parts = Array.from({ length: height * width }, (_, index) => {
    const tap = reached.get(index)
    if (!tap) return zeros(graph, [inChannels, outChannels])
    const seen = flat(graph, cut(graph, x, tap.rows, tap.columns, geometry.window.stride))
    const part = flat(graph, cut(graph, gradient, place(tap.rows), place(tap.columns), [1, 1]))
    return product(graph, seen, part, true)
  })
  const packed = graph.emit('Pack', parts, { T: { type: 'float32' }, N: { int: parts.length }, axis: { int: 0 } }, [
    { dtype: 'float32', shape: [height * width, inChannels, outChannels] }
  ])[0]!
  return reshaped(graph, packed, [height, width, inChannels, outChannels])
}

/** The range within the output itself. */
const place = ({ first, count }: Range): Range => ({ first, count, source: first })

/** One matrix [in, out] a tap. */
function unpack(graph: Graph, filter: Tensor): Tensor[] {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number]
  const count = height * width
  const rows = reshaped(graph, filter, [count, inChannels, outChannels])
  const matrix = { dtype: 'float32' as const, shape: [inChannels, outChannels] }
  const attributes = { T: { type: 'float32' as const }, num: { int: count }, axis: { int: 0 } }
  return graph.emit('Unpack', [rows], attributes, new Array(count).fill(matrix))
}

function cut(graph: Graph, x: Tensor, rows: Range, columns: Range, [down, right]: readonly [number, number]): Tensor {
  const places = ({ source, count }: Range, step: number): Places => ({ first: source, count, step })
  return cutImage(graph, x, places(rows, down), places(columns, right))
}

/** The opposite of `cut`: zeros around, and between where there is a stride. */
function spread(
  graph: Graph,
  x: Tensor,
  top: number,
  left: number,
  [height, width]: readonly [number, number],
  stride: readonly [number, number] = [1, 1]
): Tensor {
  const [batch, rows, columns, channels] = x.shape as [number | null, number, number, number]
  const apart = dilate(graph, x, stride)
  const [tall, wide] = [(rows - 1) * stride[0] + 1, (columns - 1) * stride[1] + 1]
  if (tall === height && wide === width) return apart
  const pads = [0, 0, top, height - tall - top, left, width - wide - left, 0, 0]
  return graph.emit(
    'Pad',
    [apart, constant(graph, pads, 'int32', [4, 2])],
    { T: { type: x.dtype }, Tpaddings: int32 },
    [{ dtype: x.dtype, shape: [batch, height, width, channels] }]
  )[0]!
}

/** Zeros between rows and between columns, none behind the last: a pad of six axes, folded and cut. */
function dilate(graph: Graph, x: Tensor, [down, right]: readonly [number, number]): Tensor {
  if (down === 1 && right === 1) return x
  const [batch, rows, columns, channels] = x.shape as [number | null, number, number, number]
  const open = reshaped(graph, x, [batch, rows, 1, columns, 1, channels])
  const pads = [0, 0, 0, 0, 0, down - 1, 0, 0, 0, right - 1, 0, 0]
  const padded = graph.emit(
    'Pad',
    [open, constant(graph, pads, 'int32', [6, 2])],
    { T: { type: x.dtype }, Tpaddings: int32 },
    [{ dtype: x.dtype, shape: [batch, rows, down, columns, right, channels] }]
  )[0]!
  const folded = reshaped(graph, padded, [batch, rows * down, columns * right, channels])
  const tight = (count: number, step: number): Range => ({ first: 0, source: 0, count: (count - 1) * step + 1 })
  return cut(graph, folded, tight(rows, down), tight(columns, right), [1, 1])
}

const flat = (graph: Graph, x: Tensor): Tensor => reshaped(graph, x, [null, x.shape[3]!])

const zeros = (graph: Graph, shape: readonly number[]): Tensor =>
  graph.emit(
    'Fill',
    [constant(graph, shape, 'int32'), constant(graph, 0)],
    { T: { type: 'float32' }, index_type: int32 },
    [{ dtype: 'float32', shape }]
  )[0]!

/** What comes out where padding is all that the taps see: zeros for as many pictures as `x` has. */
function nothing(graph: Graph, x: Tensor, [height, width]: readonly [number, number], channels: number): Tensor {
  const corner = cutImage(graph, x, { first: 0, count: 1 }, { first: 0, count: 1 })
  const zero = unary(graph, 'ZerosLike', reshaped(graph, corner, [null, x.shape[3]!]))
  const wide = product(graph, zero, zeros(graph, [x.shape[3]!, channels]))
  const place = reshaped(graph, wide, [x.shape[0]!, 1, 1, channels])
  return padImage(graph, place, [0, 0], 0, [height - 1, width - 1])
}
