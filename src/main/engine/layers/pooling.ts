import type { AttributesOf } from '../../../shared/architecture/layers'
import { constant } from '../graph/ops/arithmetic'
import { matMul } from '../graph/ops/matrix'
import { avgPool, maxPool, type PoolingWindow } from '../graph/ops/pooling'
import { reshape, transpose } from '../graph/ops/shape'
import type { Graph, Tensor } from '../graph/graph'
import type { LayerContext, LayerEmitter } from './context'

type Window = Pick<PoolingWindow, 'kernel_size' | 'stride' | 'padding'>
const withWindows = ({ outputShape }: LayerContext, { kernel_size, stride, padding }: Window): PoolingWindow => ({
  kernel_size,
  stride,
  padding,
  windows: [outputShape[1]!, outputShape[2]!]
})

export const maxPool2d: LayerEmitter<AttributesOf<'MaxPool2d'>> = (context, attributes, [x]) =>
  maxPool(context.graph, x!, withWindows(context, attributes))

export const avgPool2d: LayerEmitter<AttributesOf<'AvgPool2d'>> = (context, attributes, [x]) =>
  avgPool(context.graph, x!, withWindows(context, attributes), attributes.count_include_pad)

/** Windows of one size are an ordinary pooling; else the means along each axis are a matrix product. */
export const adaptiveAvgPool2d: LayerEmitter<AttributesOf<'AdaptiveAvgPool2d'>> = (context, attributes, [x]) => {
  const { graph } = context
  const [batch, height, width, channels] = x!.shape as [number | null, number, number, number]
  const [rows, columns] = attributes.output_size
  if (height % rows === 0 && width % columns === 0) {
    const size = [height / rows, width / columns] as const
    return avgPool(graph, x!, { kernel_size: size, stride: size, padding: [0, 0], windows: [rows, columns] }, true)
  }
  // NCHW: the last axis is averaged, the last two change places, and once more.
  const planes = transpose(graph, x!, [0, 3, 1, 2])
  const wide = reshape(graph, averageLast(graph, planes, width, columns), [batch, channels, height, columns])
  const turned = transpose(graph, wide, [0, 1, 3, 2])
  const both = reshape(graph, averageLast(graph, turned, height, rows), [batch, channels, columns, rows])
  return transpose(graph, both, [0, 3, 2, 1])
}

/** Means of PyTorch's adaptive windows, from `floor(i size / count)` to `ceil((i + 1) size / count)`. */
function averageLast(graph: Graph, x: Tensor, size: number, count: number): Tensor {
  const matrix = new Float64Array(size * count)
  for (let window = 0; window < count; window++) {
    const start = Math.floor((window * size) / count)
    const end = Math.ceil(((window + 1) * size) / count)
    for (let place = start; place < end; place++) matrix[place * count + window] = 1 / (end - start)
  }
  return matMul(graph, reshape(graph, x, [null, size]), constant(graph, matrix, 'float32', [size, count]))
}
