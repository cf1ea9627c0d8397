import type { Attribute, Graph, Tensor, TensorShape } from '../graph'
import { paddingMode, type SlidingWindow } from './padding'
import { padImage, shapeOf } from './shape'

export interface PoolingWindow extends SlidingWindow {
  kernel_size: readonly [number, number]
}

/** Below every float32 that a network computes, yet finite, so that no product with it is NaN. */
const LOWEST = -3.4028234663852886e38

function pool(graph: Graph, op: 'MaxPool' | 'AvgPool', x: Tensor, window: PoolingWindow) {
  const size = x.shape.slice(1, 3) as [number, number]
  const mode = paddingMode(size, window.kernel_size, window)
  // SAME leaves padding out of the mean, PyTorch counts it.
  const same = mode === 'SAME' && op === 'MaxPool'
  const padded = same || mode === 'VALID' ? x : padImage(graph, x, window.padding, op === 'MaxPool' ? LOWEST : 0)
  const [batch, , , channels] = x.shape as [number | null, number, number, number]
  const along = (axis: 0 | 1): number =>
    Math.floor((size[axis] + 2 * window.padding[axis] - window.kernel_size[axis]) / window.stride[axis]) + 1
  const shape: TensorShape = [batch, along(0), along(1), channels]
  const attributes: Record<string, Attribute> = {
    T: { type: 'float32' },
    ksize: { ints: [1, ...window.kernel_size, 1] },
    strides: { ints: [1, ...window.stride, 1] },
    padding: { string: same ? 'SAME' : 'VALID' },
    data_format: { string: 'NHWC' }
  }
  const y = graph.emit(op, [padded], attributes, [{ dtype: 'float32', shape }])[0]!
  return { padded, y, attributes }
}

/** Largest value of each window of NHWC float32 `x`; differentiable. torch.nn.MaxPool2d. */
export function maxPool(graph: Graph, x: Tensor, window: PoolingWindow): Tensor {
  const { padded, y, attributes } = pool(graph, 'MaxPool', x, window)
  return graph.differentiable(y, [padded], (gradient) =>
    graph.emit('MaxPoolGrad', [padded, y, gradient], attributes, [padded])
  )
}

/** Mean of each window of NHWC float32 `x`, padding counted; differentiable. torch.nn.AvgPool2d. */
export function avgPool(graph: Graph, x: Tensor, window: PoolingWindow): Tensor {
  const { padded, y, attributes } = pool(graph, 'AvgPool', x, window)
  return graph.differentiable(y, [padded], (gradient) =>
    graph.emit('AvgPoolGrad', [shapeOf(graph, padded), gradient], attributes, [padded])
  )
}
