import type { Attribute, Graph, Tensor } from '../graph'
import { sizes } from './shape'
import { cutImage, type Places } from './slicing'

/**
 * TensorFlow's own convolution and its two gradients: the only place that emits them for a plain layout. NHWC with
 * an HWIO filter (height, width, channel, multiplier where each channel has its own), padded by SAME or not at all.
 */
export interface DirectConvolution {
  op: 'Conv2D' | 'DepthwiseConv2dNative'
  stride: readonly [number, number]
  dilation: readonly [number, number]
  padding: 'SAME' | 'VALID'
  /** Height and width of the output. */
  output: readonly [number, number]
}

/** The widest vector of float32 (AVX-512): what has at least as many channels fills one. */
const LANES = 16

const attributes = (x: Tensor, { stride, dilation, padding }: DirectConvolution): Record<string, Attribute> => ({
  T: { type: x.dtype },
  strides: { ints: [1, ...stride, 1] },
  dilations: { ints: [1, ...dilation, 1] },
  padding: { string: padding },
  data_format: { string: 'NHWC' }
})

/** Cross-correlation; gives [batch, height, width, out]. */
export function directForward(graph: Graph, x: Tensor, filter: Tensor, own: DirectConvolution): Tensor {
  const [, , inputs, outputs] = filter.shape as [number, number, number, number]
  const channels = own.op === 'Conv2D' ? outputs : inputs * outputs
  return graph.emit(own.op, [x, filter], attributes(x, own), [
    { dtype: x.dtype, shape: [x.shape[0]!, ...own.output, channels] }
  ])[0]!
}

/** The gradient with respect to the input, of its shape. */
export function directInputGradient(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  gradient: Tensor,
  own: DirectConvolution
): Tensor {
  return graph.emit(`${own.op}BackpropInput`, [sizes(graph, x), filter, gradient], attributes(x, own), [x])[0]!
}

/**
 * The gradient with respect to the filter, of its shape.
 *
 * Where the kernel is 1 x 1 and the stride is not, oneDNN 3.7 first gathers the places it reads in a buffer of
 * `places x channels` values, yet begins its blocks as if there were at least eight (AVX-512: sixteen) channels
 * (`rtus_space` in jit_avx2_1x1_convolution.cpp and jit_avx512_common_1x1_convolution.cpp): with fewer it writes behind
 * the buffer. Gradients are then wrong, and the heap is sometimes damaged. So few channels are gathered here.
 */
export function directFilterGradient(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  gradient: Tensor,
  own: DirectConvolution
): Tensor {
  const [height, width, inputs] = filter.shape as [number, number, number]
  const skips = height === 1 && width === 1 && own.stride.some((step) => step > 1)
  if (skips && own.op === 'Conv2D' && inputs < LANES) {
    const [rows, columns] = ([0, 1] as const).map((axis) => ({
      first: 0,
      count: own.output[axis],
      step: own.stride[axis]
    })) as [Places, Places]
    return directFilterGradient(graph, cutImage(graph, x, rows, columns), filter, gradient, { ...own, stride: [1, 1] })
  }
  const op = `${own.op}BackpropFilter`
  return graph.emit(op, [x, sizes(graph, filter), gradient], attributes(x, own), [filter])[0]!
}

/**
 * Whether a convolution is one that oneDNN 3.7 works out wrongly with AVX-512: of one channel, its output one column
 * wide, and with a stride along it. The rows of its copy of the input are as far apart as the kernel is wide, while
 * the product takes them to be that many strides apart (`reduce_kw` in jit_brgemm_conv_utils.cpp). A single column
 * needs no stride: what is read is cut out, and the stride is 1.
 */
export function needsNoStride(inputs: number, width: number, stride: number): boolean {
  return inputs === 1 && width === 1 && stride > 1
}
