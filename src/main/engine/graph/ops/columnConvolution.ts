import type { Graph, Tensor } from '../graph'
import { addN, constant } from './arithmetic'
import { directFilterGradient, directForward, needsNoStride, type DirectConvolution } from './directConvolution'
import type { SlidingWindow } from './padding'
import { reshaped } from './shape'
import { cutImage } from './slicing'

/**
 * A convolution with few output channels, several neighbouring columns of the output at once. The kernels work on
 * sixteen channels at a time, so that six cost as much as sixteen: two columns of six are twelve. The filter is
 * laid side by side for each column, a little wider, and the stride grows with it; what comes out is the wanted
 * output as it lies in memory. NHWC with an HWIO filter, float32, groups 1, no dilation.
 */
const LANES = 16

/** How many columns of `width` outputs of `channels` go together; 1 where it brings nothing. */
export function columnsAtOnce(width: number, channels: number): number {
  for (let count = Math.floor(LANES / channels); count > 1; count--) if (width % count === 0) return count
  return 1
}

export interface ColumnConvolution {
  stride: readonly [number, number]
  /** Height and width of the output. */
  output: readonly [number, number]
  count: number
}

/** Cross-correlation of `x`, already padded; gives [batch, height, width, out]. */
export function columnForward(graph: Graph, x: Tensor, filter: Tensor, geometry: ColumnConvolution): Tensor {
  const { output } = geometry
  const [height, width] = output
  const channels = filter.shape[3]!
  const wide = sideBySide(graph, filter, geometry)
  const [input, direct] = packing(graph, x, filter, geometry)
  const packed = directForward(graph, input, wide, direct)
  return reshaped(graph, packed, [x.shape[0]!, height, width, channels])
}

/** The gradient with respect to the filter, of its shape; `x` is already padded. */
export function columnFilterGradient(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  gradient: Tensor,
  geometry: ColumnConvolution
): Tensor {
  const { output, count, stride } = geometry
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number]
  const packed = reshaped(graph, gradient, [gradient.shape[0]!, output[0], output[1] / count, count * outChannels])
  const [input, direct] = packing(graph, x, filter, geometry)
  const wide = directFilterGradient(graph, input, { ...filter, shape: wideShape(filter, geometry) }, packed, direct)
  const parts = Array.from({ length: count }, (_, column) => {
    const begin = constant(graph, [0, column * stride[1], 0, column * outChannels], 'int32')
    const size = constant(graph, [height, width, inChannels, outChannels], 'int32')
    return graph.emit('Slice', [wide, begin, size], { T: float32, Index: int32 }, [
      { dtype: 'float32', shape: [height, width, inChannels, outChannels] }
    ])[0]!
  })
  return addN(graph, parts)
}

/**
 * The filter whose cross-correlation with the output's gradient, padded by the filter's size less one less the
 * padding, is the input's gradient where the stride is 1.
 */
export function turnedFilter(graph: Graph, filter: Tensor): Tensor {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number]
  const reversed = graph.emit('ReverseV2', [filter, constant(graph, [0, 1], 'int32')], { T: float32, Tidx: int32 }, [
    { dtype: 'float32', shape: filter.shape }
  ])[0]!
  return graph.emit('Transpose', [reversed, constant(graph, [0, 1, 3, 2], 'int32')], { T: float32, Tperm: int32 }, [
    { dtype: 'float32', shape: [height, width, outChannels, inChannels] }
  ])[0]!
}

/** How far the gradient of the output is to be padded for `turnedFilter`; null where that cannot be. */
export function turnedPadding(filter: Tensor, { stride, padding, dilation }: SlidingWindow): [number, number] | null {
  if (stride.some((step) => step > 1) || dilation?.some((step) => step > 1)) return null
  const needed = ([0, 1] as const).map((axis) => filter.shape[axis]! - 1 - padding[axis]) as [number, number]
  return needed.every((count) => count >= 0) ? needed : null
}

const float32 = { type: 'float32' as const }
const int32 = { type: 'int32' as const }

/** The convolution that works out all columns of a group at once, and what of `x` it reads. */
function packing(graph: Graph, x: Tensor, filter: Tensor, geometry: ColumnConvolution): [Tensor, DirectConvolution] {
  const { stride, output, count } = geometry
  const [height, width] = output
  const own: DirectConvolution = {
    op: 'Conv2D',
    stride: [stride[0], stride[1] * count],
    dilation: [1, 1],
    padding: 'VALID',
    output: [height, width / count]
  }
  if (!needsNoStride(filter.shape[2]!, own.output[1], own.stride[1])) return [x, own]
  const read = cutImage(
    graph,
    x,
    { first: 0, count: x.shape[1]! },
    { first: 0, count: wideShape(filter, geometry)[1]! }
  )
  return [read, { ...own, stride: [stride[0], 1] }]
}

const wideShape = (filter: Tensor, { stride, count }: ColumnConvolution): number[] => {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number]
  return [height, width + (count - 1) * stride[1], inChannels, count * outChannels]
}

function sideBySide(graph: Graph, filter: Tensor, geometry: ColumnConvolution): Tensor {
  const { stride, count } = geometry
  const shape = wideShape(filter, geometry)
  const parts = Array.from({ length: count }, (_, column) => {
    const pads = [0, 0, column * stride[1], (count - 1 - column) * stride[1], 0, 0, 0, 0]
    return graph.emit('Pad', [filter, constant(graph, pads, 'int32', [4, 2])], { T: float32, Tpaddings: int32 }, [
      { dtype: 'float32', shape: [...shape.slice(0, 3), filter.shape[3]!] }
    ])[0]!
  })
  return graph.emit(
    'ConcatV2',
    [...parts, constant(graph, 3, 'int32')],
    { T: float32, N: { int: count }, Tidx: int32 },
    [{ dtype: 'float32', shape }]
  )[0]!
}
