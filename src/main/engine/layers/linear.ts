import type { AttributesOf } from '../../../shared/architecture/layers'
import { biasAdd } from '../graph/ops/arithmetic'
import { matMul } from '../graph/ops/matrix'
import type { LayerEmitter } from './context'

export const linear: LayerEmitter<AttributesOf<'Linear'>> = ({ graph, parameter }, { bias }, [x]) => {
  const y = matMul(graph, x!, parameter('weight'), { b: true })
  return bias ? biasAdd(graph, y, parameter('bias')) : y
}
