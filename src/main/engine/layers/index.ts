import type { AttributesOf, LayerKind } from '../../../shared/architecture/layers'
import { add, biasAdd, relu } from '../graph/ops/arithmetic'
import { conv2d } from '../graph/ops/convolution'
import { matMul } from '../graph/ops/matrix'
import { avgPool, maxPool } from '../graph/ops/pooling'
import { batchNorm2d } from './batchNorm2d'
import type { LayerEmitter } from './context'
import { flatten } from './flatten'

/** What each layer kind computes. A kind without an entry is a type error. */
export const emitters: { [K in LayerKind]: LayerEmitter<AttributesOf<K>> } = {
  Conv2d: ({ graph, parameter }, { stride, padding, bias }, [x]) => {
    const y = conv2d(graph, x!, parameter('weight'), { stride, padding })
    return bias ? biasAdd(graph, y, parameter('bias')) : y
  },
  BatchNorm2d: batchNorm2d,
  ReLU: ({ graph }, _, [x]) => relu(graph, x!),
  MaxPool2d: ({ graph }, window, [x]) => maxPool(graph, x!, window),
  AvgPool2d: ({ graph }, window, [x]) => avgPool(graph, x!, window),
  Linear: ({ graph, parameter }, { bias }, [x]) => {
    const y = matMul(graph, x!, parameter('weight'), { b: true })
    return bias ? biasAdd(graph, y, parameter('bias')) : y
  },
  Flatten: flatten,
  Add: ({ graph }, _, inputs) => add(graph, inputs),
  Identity: (_, __, [x]) => x!
}
