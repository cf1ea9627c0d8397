import type { Attribute, Graph, Tensor } from '../graph'
import { columnFilterGradient, columnForward, columnsAtOnce, turnedFilter, turnedPadding } from './columnConvolution'
import { paddingMode, type SlidingWindow } from './padding'
import { cropImage, padImage, reshape, sizes } from './shape'
import { concatLast, sliceLast } from './slicing'
import { tapFilterGradient, tapForward, tapInputGradient, type TapConvolution } from './tapConvolution'

export const convolutionAlgorithms = ['direct', 'taps', 'columns'] as const
export type ConvolutionAlgorithm = (typeof convolutionAlgorithms)[number]

/** Which algorithm each pass of a convolution uses. */
export interface ConvolutionPlan {
  forward: ConvolutionAlgorithm
  inputGradient: ConvolutionAlgorithm
  filterGradient: ConvolutionAlgorithm
}

export const DIRECT: ConvolutionPlan = { forward: 'direct', inputGradient: 'direct', filterGradient: 'direct' }

/**
 * Cross-correlation of NHWC `x` with an HWIO `filter`, float32 or bfloat16; differentiable in both. With `groups`
 * the filter's I is that of one group. torch.nn.functional.conv2d without bias.
 * `plan` matters for float32 without groups only.
 */
export function conv2d(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  window: SlidingWindow,
  groups = 1,
  plan = DIRECT
): Tensor {
  const [dilationHeight, dilationWidth] = window.dilation ?? [1, 1]
  const kernel: [number, number] = [
    dilationHeight * (filter.shape[0]! - 1) + 1,
    dilationWidth * (filter.shape[1]! - 1) + 1
  ]
  const mode = paddingMode(x.shape.slice(1, 3) as [number, number], kernel, window)
  const input = mode === 'PAD' ? padImage(graph, x, window.padding) : x
  const padding = mode === 'SAME' ? 'SAME' : 'VALID'
  const size = input.shape.slice(1, 3) as [number, number]
  const along = (axis: 0 | 1): number =>
    padding === 'SAME'
      ? Math.ceil(size[axis] / window.stride[axis])
      : Math.floor((size[axis] - kernel[axis]) / window.stride[axis]) + 1
  const output: [number, number] = [along(0), along(1)]
  const attributes: Record<string, Attribute> = {
    T: { type: x.dtype },
    strides: { ints: [1, ...window.stride, 1] },
    dilations: { ints: [1, dilationHeight, dilationWidth, 1] },
    padding: { string: padding },
    data_format: { string: 'NHWC' }
  }
  if (groups === 1) {
    const direct = Object.values(plan).every((algorithm) => algorithm === 'direct') || x.dtype !== 'float32'
    if (direct) return convolve(graph, 'Conv2D', input, filter, attributes, output)
    const geometry = { window, input: x.shape.slice(1, 3) as [number, number], output }
    return planned(graph, { x, input, filter, attributes, geometry, plan })
  }
  const channels = input.shape[3]!
  const undilated = dilationHeight === 1 && dilationWidth === 1
  if (groups === channels && undilated && window.stride[0] === window.stride[1]) {
    // TensorFlow's depthwise filter is height, width, channel, multiplier: the same values in the same order.
    const [height, width, , outputs] = filter.shape as [number, number, number, number]
    const depthwise = reshape(graph, filter, [height, width, channels, outputs / channels])
    return convolve(graph, 'DepthwiseConv2dNative', input, depthwise, attributes, output)
  }
  // The kernels for the CPU know no gradient of a grouped convolution.
  const parts = Array.from({ length: groups }, (_, group) => {
    const part = (tensor: Tensor): Tensor => {
      const count = tensor.shape[3]! / groups
      return sliceLast(graph, tensor, group * count, count)
    }
    return convolve(graph, 'Conv2D', part(input), part(filter), attributes, output)
  })
  return concatLast(graph, parts)
}

interface PlannedConvolution {
  x: Tensor
  /** `x` with its padding, for the direct kernels. */
  input: Tensor
  filter: Tensor
  attributes: Record<string, Attribute>
  geometry: TapConvolution
  plan: ConvolutionPlan
}

/** A convolution whose passes use the algorithms of its plan; columns where they cannot be are direct. */
function planned(graph: Graph, { x, input, filter, attributes, geometry, plan }: PlannedConvolution): Tensor {
  const { window, output } = geometry
  const [inChannels, outChannels] = [filter.shape[2]!, filter.shape[3]!]
  const shape = [x.shape[0]!, ...output, outChannels]
  const undilated = window.dilation?.every((step) => step === 1) ?? true
  const count = undilated ? columnsAtOnce(output[1], outChannels) : 1
  const columns = { stride: window.stride, output, count }
  const isPadded = window.padding.some((size) => size > 0)
  // Columns know no SAME.
  const padded = (): Tensor => (input === x && isPadded ? padImage(graph, x, window.padding) : input)
  const forward = (): Tensor => {
    if (plan.forward === 'taps') return tapForward(graph, x, filter, geometry)
    if (plan.forward === 'columns' && count > 1) return columnForward(graph, padded(), filter, columns)
    return graph.emit('Conv2D', [input, filter], attributes, [{ dtype: x.dtype, shape }])[0]!
  }
  return graph.differentiable(forward(), [x, filter], (gradient, [needsInput, needsFilter]) => {
    const inputGradient = (): Tensor => {
      if (plan.inputGradient === 'taps') return tapInputGradient(graph, x, filter, gradient, geometry)
      const around = turnedPadding(filter, window)
      const own = {
        stride: [1, 1] as const,
        output: geometry.input,
        count: columnsAtOnce(geometry.input[1], inChannels)
      }
      if (plan.inputGradient === 'columns' && around && own.count > 1) {
        return columnForward(graph, padImage(graph, gradient, around), turnedFilter(graph, filter), own)
      }
      const whole = graph.emit('Conv2DBackpropInput', [sizes(graph, input), filter, gradient], attributes, [input])[0]!
      return input === x ? whole : cropImage(graph, whole, window.padding, x)
    }
    const filterGradient = (): Tensor => {
      if (plan.filterGradient === 'taps') return tapFilterGradient(graph, x, filter, gradient, geometry)
      if (plan.filterGradient === 'columns' && count > 1) {
        return columnFilterGradient(graph, padded(), filter, gradient, columns)
      }
      return graph.emit('Conv2DBackpropFilter', [input, sizes(graph, filter), gradient], attributes, [filter])[0]!
    }
    return [needsInput ? inputGradient() : null, needsFilter ? filterGradient() : null]
  })
}

function convolve(
  graph: Graph,
  op: 'Conv2D' | 'DepthwiseConv2dNative',
  input: Tensor,
  filter: Tensor,
  attributes: Record<string, Attribute>,
  [height, width]: [number, number]
): Tensor {
  const [, , inputs, outputs] = filter.shape as [number, number, number, number]
  const channels = op === 'Conv2D' ? outputs : inputs * outputs
  const y = graph.emit(op, [input, filter], attributes, [
    { dtype: input.dtype, shape: [input.shape[0]!, height, width, channels] }
  ])[0]!
  return graph.differentiable(y, [input, filter], (gradient, [needsInput, needsFilter]) => [
    needsInput
      ? graph.emit(`${op}BackpropInput`, [sizes(graph, input), filter, gradient], attributes, [input])[0]!
      : null,
    needsFilter
      ? graph.emit(`${op}BackpropFilter`, [input, sizes(graph, filter), gradient], attributes, [filter])[0]!
      : null
  ])
}
