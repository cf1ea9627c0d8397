import type { AttributesOf } from '../../../shared/architecture/layers'
import { biasAdd, convert } from '../graph/ops/arithmetic'
import { conv2d as convolution } from '../graph/ops/convolution'
import type { Tensor } from '../graph/graph'
import type { LayerEmitter } from './context'

export const conv2d: LayerEmitter<AttributesOf<'Conv2d'>> = (context, attributes, [x]) => {
  const { graph, parameter, productType, plan } = context
  const { stride, padding, dilation, groups, bias } = attributes
  const factor = (tensor: Tensor): Tensor => convert(graph, tensor, productType)
  const product = convolution(
    graph,
    factor(x!),
    factor(parameter('weight')),
    { stride, padding, dilation },
    groups,
    plan
  )
  const y = convert(graph, product, 'float32')
  return bias ? biasAdd(graph, y, parameter('bias')) : y
}
