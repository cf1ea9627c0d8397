import type { Attribute, Graph, Tensor, TensorShape } from '../graph'
import { constant } from './arithmetic'
import { multiply } from './broadcast'
import { paddingMode } from './padding'
import { padImage, shapeOf } from './shape'

type Pair = readonly [number, number]

export interface PoolingWindow {
  kernel_size: Pair
  stride: Pair
  padding: Pair
  /** How many windows there are along height and width. */
  windows: Pair
}

/** The lowest float32: never the maximum unless the input is it, yet finite, so that no product is NaN. */
const LOWEST = -3.4028234663852886e38

/** What the windows cover behind the input: the padding, or more where `ceil_mode` adds a window. */
const behind = (size: Pair, { kernel_size, stride, padding, windows }: PoolingWindow): [number, number] =>
  ([0, 1] as const).map((axis) =>
    Math.max(padding[axis], (windows[axis] - 1) * stride[axis] + kernel_size[axis] - size[axis] - padding[axis])
  ) as [number, number]

function pool(graph: Graph, op: 'MaxPool' | 'AvgPool', x: Tensor, window: PoolingWindow) {
  const { kernel_size, stride, padding, windows } = window
  const size = x.shape.slice(1, 3) as [number, number]
  const extra = behind(size, window)
  const symmetric = extra[0] === padding[0] && extra[1] === padding[1]
  // SAME leaves padding out of the mean, PyTorch counts it.
  const same = op === 'MaxPool' && symmetric && paddingMode(size, kernel_size, window) === 'SAME'
  const needed = [...padding, ...extra].some((count) => count > 0)
  const padded = same || !needed ? x : padImage(graph, x, padding, op === 'MaxPool' ? LOWEST : 0, extra)
  const shape: TensorShape = [x.shape[0]!, ...windows, x.shape[3]!]
  const attributes: Record<string, Attribute> = {
    T: { type: 'float32' },
    ksize: { ints: [1, ...kernel_size, 1] },
    strides: { ints: [1, ...stride, 1] },
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

/**
 * Mean of each window of NHWC float32 `x`; differentiable. Padding counts as zeros or, without
 * `countPadding`, not at all; what `ceil_mode` adds behind it never counts. torch.nn.AvgPool2d.
 */
export function avgPool(graph: Graph, x: Tensor, window: PoolingWindow, countPadding: boolean): Tensor {
  const { padded, y, attributes } = pool(graph, 'AvgPool', x, window)
  graph.differentiable(y, [padded], (gradient) =>
    graph.emit('AvgPoolGrad', [shapeOf(graph, padded), gradient], attributes, [padded])
  )
  const { kernel_size, stride, padding, windows } = window
  const counted = ([0, 1] as const).map((axis) =>
    Array.from({ length: windows[axis] }, (_, index) => {
      const size = x.shape[axis + 1]!
      const start = index * stride[axis] - padding[axis]
      const [low, high] = countPadding ? [-padding[axis], size + padding[axis]] : [0, size]
      return Math.min(start + kernel_size[axis], high) - Math.max(start, low)
    })
  ) as [number[], number[]]
  const area = kernel_size[0] * kernel_size[1]
  const factors = counted[0].flatMap((height) => counted[1].map((width) => area / (height * width)))
  if (factors.every((factor) => factor === 1)) return y
  return multiply(graph, y, constant(graph, factors, 'float32', [1, ...windows, 1]))
}
