import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { draws } from './kernelScan'

type Pair = [number, number]

/** A pooling as torch.nn.MaxPool2d, AvgPool2d and AdaptiveAvgPool2d have it. */
export interface PoolingCase {
  kind: 'MaxPool2d' | 'AvgPool2d' | 'AdaptiveAvgPool2d'
  batch: number
  size: Pair
  channels: number
  attributes: {
    kernel_size: Pair
    stride: Pair
    padding: Pair
    ceil_mode: boolean
    count_include_pad: boolean
    /** Of AdaptiveAvgPool2d, which reads nothing else. */
    output_size: Pair
  }
}

/** The places of the input that one window sees along one axis, and by how many it divides. */
interface Span {
  start: number
  end: number
  divisor: number
}

/** The windows along each axis, as PyTorch's `pooling_output_shape` and `avg_pool2d` count them; none where none fits. */
export function spansOf({ kind, size, attributes }: PoolingCase): [Span[], Span[]] {
  return ([0, 1] as const).map((axis): Span[] => {
    const [own, wanted] = [size[axis], attributes.output_size[axis]]
    if (kind === 'AdaptiveAvgPool2d') {
      return Array.from({ length: wanted }, (_, index) => {
        const [start, end] = [Math.floor((index * own) / wanted), Math.ceil(((index + 1) * own) / wanted)]
        return { start, end, divisor: end - start }
      })
    }
    const { kernel_size, stride, padding, ceil_mode, count_include_pad } = attributes
    const spans: Span[] = []
    for (let start = -padding[axis]; ; start += stride[axis]) {
      const end = start + kernel_size[axis]
      const beyond = end - (own + padding[axis])
      // A last window may be cut short, by less than a stride, and begins before the padding behind.
      if (beyond > 0 && !(ceil_mode && beyond < stride[axis] && start < own)) return spans
      const seen = { start: Math.max(start, 0), end: Math.min(end, own) }
      const counted = Math.min(end, own + padding[axis]) - start
      spans.push({ ...seen, divisor: count_include_pad ? counted : seen.end - seen.start })
    }
  }) as [Span[], Span[]]
}

/**
 * The output, NHWC, and the gradient of `sum(y * slope)` with respect to `x`, in float64. Of equal values the first in
 * a window, row by row, is the largest, as in PyTorch.
 */
export function naivePooling(drawn: PoolingCase, x: Float32Array, slope: Float32Array) {
  const { kind, batch, size, channels } = drawn
  const [rows, columns] = spansOf(drawn)
  const y = new Float64Array(slope.length)
  const dx = new Float64Array(x.length)
  let out = 0
  for (let n = 0; n < batch; n++) {
    for (const row of rows) {
      for (const column of columns) {
        const divisor = row.divisor * column.divisor
        for (let c = 0; c < channels; c++, out++) {
          let largest = -1
          for (let i = row.start; i < row.end; i++) {
            for (let j = column.start; j < column.end; j++) {
              const place = ((n * size[0] + i) * size[1] + j) * channels + c
              if (kind === 'MaxPool2d') {
                if (largest < 0 || x[place]! > x[largest]!) largest = place
              } else {
                y[out]! += x[place]! / divisor
                dx[place]! += slope[out]! / divisor
              }
            }
          }
          if (kind !== 'MaxPool2d') continue
          y[out] = x[largest]!
          dx[largest]! += slope[out]!
        }
      }
    }
  }
  return { y, dx }
}

/** A pooling of random shape; many are narrow, or see each picture whole. */
export function randomPooling(random: RandomGenerator, kind: PoolingCase['kind']): PoolingCase {
  const { within, pair, one } = draws(random)
  for (;;) {
    const kernel_size = one(pair(1, 8), pair(1, 3), [2, 2] as Pair, [3, 3] as Pair)
    const sizes = one(pair(1, 10), pair(1, 10), [within(1, 10), 1] as Pair, [1, within(1, 10)] as Pair, kernel_size)
    const drawn: PoolingCase = {
      kind,
      batch: one(1, 2, 5, 64),
      size: sizes,
      channels: one(within(1, 4), within(1, 9), 16, 17),
      attributes: {
        kernel_size,
        stride: one(kernel_size, pair(1, 4), [within(1, 3), within(1, 9)] as Pair),
        padding: one<Pair>([0, 0], [within(0, kernel_size[0] >> 1), within(0, kernel_size[1] >> 1)]),
        ceil_mode: one(true, false),
        count_include_pad: one(true, false),
        output_size: one<Pair>([1, 1], pair(1, 4), pair(1, 12))
      }
    }
    const values = drawn.batch * drawn.size[0] * drawn.size[1] * drawn.channels
    if (values <= 20_000 && spansOf(drawn).every((spans) => spans.length > 0)) return drawn
  }
}
