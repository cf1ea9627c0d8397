import type { Graph, Tensor } from '../graph'
import { columnFilterGradient, columnForward, columnsAtOnce, turnedFilter, turnedPadding } from './columnConvolution'
import {
  directFilterGradient,
  directForward,
  directInputGradient,
  needsNoStride,
  type DirectConvolution
} from './directConvolution'
import { paddingMode, type SlidingWindow } from './padding'
import { cropImage, padImage, reshape } from './shape'
import { concatLast, cutImage, sliceLast } from './slicing'
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
  const geometry = geometryOf(x, filter, window)
  const simple = simpler(graph, x, filter, geometry, groups, plan)
  if (simple) return simple
  const { input, output, dilation } = geometry
  const kernel = ([0, 1] as const).map((axis) => dilation[axis] * (filter.shape[axis]! - 1) + 1) as [number, number]
  const mode = paddingMode(input, kernel, window)
  const padded = mode === 'PAD' ? padImage(graph, x, window.padding) : x
  const padding = mode === 'SAME' ? 'SAME' : 'VALID'
  const direct: DirectConvolution = { op: 'Conv2D', stride: window.stride, dilation, padding, output }
  if (groups === 1) {
    const planless = Object.values(plan).every((algorithm) => algorithm === 'direct') || x.dtype !== 'float32'
    if (planless) return convolve(graph, padded, filter, direct)
    return planned(graph, { x, padded, filter, direct, geometry, plan })
  }
  if (isDepthwise(x, window, groups)) {
    // TensorFlow's depthwise filter is height, width, channel, multiplier: the same values in the same order.
    const [height, width, , outputs] = filter.shape as [number, number, number, number]
    const depthwise = reshape(graph, filter, [height, width, groups, outputs / groups])
    return convolve(graph, padded, depthwise, { ...direct, op: 'DepthwiseConv2dNative' })
  }
  // The kernels for the CPU know no gradient of a grouped convolution.
  const parts = Array.from({ length: groups }, (_, group) => {
    const part = (tensor: Tensor): Tensor => {
      const count = tensor.shape[3]! / groups
      return sliceLast(graph, tensor, group * count, count)
    }
    return convolve(graph, part(padded), part(filter), direct)
  })
  return concatLast(graph, parts)
}

interface Geometry extends TapConvolution {
  dilation: readonly [number, number]
}

function geometryOf(x: Tensor, filter: Tensor, window: SlidingWindow): Geometry {
  const { stride, padding, dilation = [1, 1] } = window
  const input = x.shape.slice(1, 3) as [number, number]
  const output = ([0, 1] as const).map((axis) => {
    const free = input[axis] + 2 * padding[axis] - dilation[axis] * (filter.shape[axis]! - 1) - 1
    return Math.floor(free / stride[axis]) + 1
  }) as [number, number]
  return { window, input, output, dilation }
}

/** Whether TensorFlow's kernels for one filter a channel take it. */
function isDepthwise(x: Tensor, { stride, dilation }: SlidingWindow, groups: number): boolean {
  const undilated = dilation?.every((step) => step === 1) ?? true
  return groups > 1 && groups === x.shape[3] && undilated && stride[0] === stride[1]
}

/** The same convolution in a form that needs less or that no kernel gets wrong, where there is one. */
function simpler(
  graph: Graph,
  x: Tensor,
  filter: Tensor,
  { window, input, output, dilation }: Geometry,
  groups: number,
  plan: ConvolutionPlan
): Tensor | null {
  const { stride, padding } = window
  const pointwise = filter.shape[0] === 1 && filter.shape[1] === 1
  if (pointwise && padding.some((size) => size > 0)) {
    // Each output is one place of the input or zero: no padding is read.
    const seen = ([0, 1] as const).map((axis) => {
      const before = Math.ceil(padding[axis] / stride[axis])
      const first = before * stride[axis] - padding[axis]
      const count = Math.max(0, Math.ceil((input[axis] - first) / stride[axis]))
      return { before, behind: output[axis] - before - count, first, count }
    }) as [Seen, Seen]
    if (seen.every(({ count }) => count > 0)) {
      const rest = cropped(graph, x, seen[0].first, seen[1].first)
      const y = conv2d(graph, rest, filter, { stride, padding: [0, 0] }, groups, plan)
      return padImage(graph, y, [seen[0].before, seen[1].before], 0, [seen[0].behind, seen[1].behind])
    }
  }
  const columns = dilation[1] * (filter.shape[1]! - 1) + 1
  if (needsNoStride(filter.shape[2]!, output[1], stride[1]) && !isDepthwise(x, window, groups)) {
    const around = padding[1] > 0 ? padImage(graph, x, [0, padding[1]]) : x
    const read = cropped(graph, around, 0, 0, columns)
    const straight = { stride: [stride[0], 1], padding: [padding[0], 0], dilation } as const
    return conv2d(graph, read, filter, straight, groups, plan)
  }
  return null
}

/** Along one axis: the outputs that see only padding, before and behind, and the places the others see. */
interface Seen {
  before: number
  behind: number
  first: number
  count: number
}

/** Without the first `top` rows and `left` columns, and no wider than `columns`; differentiable. */
function cropped(graph: Graph, x: Tensor, top: number, left: number, columns = Infinity): Tensor {
  const [, height, width] = x.shape as [null, number, number]
  const own = { rows: height - top, columns: Math.min(width - left, columns) }
  if (own.rows === height && own.columns === width) return x
  const y = cutImage(graph, x, { first: top, count: own.rows }, { first: left, count: own.columns })
  return graph.differentiable(y, [x], (gradient) => [
    padImage(graph, gradient, [top, left], 0, [0, width - left - own.columns])
  ])
}

interface PlannedConvolution {
  x: Tensor
  /** `x` with its padding, for the direct kernels. */
  padded: Tensor
  filter: Tensor
  direct: DirectConvolution
  geometry: Geometry
  plan: ConvolutionPlan
}

/** A convolution whose passes use the algorithms of its plan; columns where they cannot be are direct. */
function planned(graph: Graph, { x, padded, filter, direct, geometry, plan }: PlannedConvolution): Tensor {
  const { window, output } = geometry
  const [inChannels, outChannels] = [filter.shape[2]!, filter.shape[3]!]
  const undilated = window.dilation?.every((step) => step === 1) ?? true
  const count = undilated ? columnsAtOnce(output[1], outChannels) : 1
  const columns = { stride: window.stride, output, count }
  const isPadded = window.padding.some((size) => size > 0)
  // Columns know no SAME.
  const around = (): Tensor => (padded === x && isPadded ? padImage(graph, x, window.padding) : padded)
  const forward = (): Tensor => {
    if (plan.forward === 'taps') return tapForward(graph, x, filter, geometry)
    if (plan.forward === 'columns' && count > 1) return columnForward(graph, around(), filter, columns)
    return directForward(graph, padded, filter, direct)
  }
  return graph.differentiable(forward(), [x, filter], (gradient, [needsInput, needsFilter]) => {
    const inputGradient = (): Tensor => {
      if (plan.inputGradient === 'taps') return tapInputGradient(graph, x, filter, gradient, geometry)
      const turned = turnedPadding(filter, window)
      const own = {
        stride: [1, 1] as const,
        output: geometry.input,
        count: columnsAtOnce(geometry.input[1], inChannels)
      }
      if (plan.inputGradient === 'columns' && turned && own.count > 1) {
        return columnForward(graph, padImage(graph, gradient, turned), turnedFilter(graph, filter), own)
      }
      const whole = directInputGradient(graph, padded, filter, gradient, direct)
      return padded === x ? whole : cropImage(graph, whole, window.padding, x)
    }
    const filterGradient = (): Tensor => {
      if (plan.filterGradient === 'taps') return tapFilterGradient(graph, x, filter, gradient, geometry)
      if (plan.filterGradient === 'columns' && count > 1) {
        return columnFilterGradient(graph, around(), filter, gradient, columns)
      }
      return directFilterGradient(graph, padded, filter, gradient, direct)
    }
    return [needsInput ? inputGradient() : null, needsFilter ? filterGradient() : null]
  })
}

function convolve(graph: Graph, x: Tensor, filter: Tensor, own: DirectConvolution): Tensor {
  return graph.differentiable(directForward(graph, x, filter, own), [x, filter], (gradient, [needsX, needsFilter]) => [
    needsX ? directInputGradient(graph, x, filter, gradient, own) : null,
    needsFilter ? directFilterGradient(graph, x, filter, gradient, own) : null
  ])
}
