import type { AttributesOf } from '../../../shared/architecture/layers'
import { biasAdd } from '../graph/ops/arithmetic'
import { conv2d as convolution } from '../graph/ops/convolution'
import type { LayerEmitter } from './context'

export const conv2d: LayerEmitter<AttributesOf<'Conv2d'>> = ({ graph, parameter }, attributes, [x]) => {
  const { stride, padding, dilation, groups, bias } = attributes
  const y = convolution(graph, x!, parameter('weight'), { stride, padding, dilation }, groups)
  return bias ? biasAdd(graph, y, parameter('bias')) : y
}
