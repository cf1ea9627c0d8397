import type { AttributesOf } from '../../../shared/architecture/layers'
import { biasAdd, convert } from '../graph/ops/arithmetic'
import { matMul } from '../graph/ops/matrix'
import type { Tensor } from '../graph/graph'
import type { LayerEmitter } from './context'

export const linear: LayerEmitter<AttributesOf<'Linear'>> = (context, { bias }, [x]) => {
  const { graph, parameter, productType } = context
  const factor = (tensor: Tensor): Tensor => convert(graph, tensor, productType)
  const y = convert(graph, matMul(graph, factor(x!), factor(parameter('weight')), { b: true }), 'float32')
  return bias ? biasAdd(graph, y, parameter('bias')) : y
}
