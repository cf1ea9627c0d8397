import type { Attribute, Graph, Tensor } from '../graph'
import { paddingMode, type SlidingWindow } from './padding'
import { padImage, sizes } from './shape'

/**
 * Cross-correlation of NHWC `x` with an HWIO `filter`, float32; differentiable in both.
 * torch.nn.functional.conv2d without bias.
 */
export function conv2d(graph: Graph, x: Tensor, filter: Tensor, window: SlidingWindow): Tensor {
  const kernel = filter.shape.slice(0, 2) as [number, number]
  const mode = paddingMode(x.shape.slice(1, 3) as [number, number], kernel, window)
  const input = mode === 'PAD' ? padImage(graph, x, window.padding) : x
  const [batch, height, width] = input.shape as [number | null, number, number, number]
  const along = (size: number, axis: 0 | 1): number =>
    mode === 'SAME'
      ? Math.ceil(size / window.stride[axis])
      : Math.floor((size - kernel[axis]) / window.stride[axis]) + 1
  const attributes: Record<string, Attribute> = {
    T: { type: 'float32' },
    strides: { ints: [1, ...window.stride, 1] },
    padding: { string: mode === 'SAME' ? 'SAME' : 'VALID' },
    data_format: { string: 'NHWC' }
  }
  const y = graph.emit('Conv2D', [input, filter], attributes, [
    { dtype: 'float32', shape: [batch, along(height, 0), along(width, 1), filter.shape[3]!] }
  ])[0]!
  return graph.differentiable(y, [input, filter], (gradient, [needsInput, needsFilter]) => [
    needsInput
      ? graph.emit('Conv2DBackpropInput', [sizes(graph, input), filter, gradient], attributes, [input])[0]!
      : null,
    needsFilter
      ? graph.emit('Conv2DBackpropFilter', [input, sizes(graph, filter), gradient], attributes, [filter])[0]!
      : null
  ])
}
