import type { AttributesOf } from '../../../shared/architecture/layers'
import * as ops from '../graph/ops/activation'
import { relu as rectify } from '../graph/ops/arithmetic'
import { affine, multiply } from '../graph/ops/broadcast'
import type { LayerEmitter } from './context'

export const relu: LayerEmitter<object> = ({ graph }, _, [x]) => rectify(graph, x!)
export const leakyRelu: LayerEmitter<AttributesOf<'LeakyReLU'>> = ({ graph }, { negative_slope }, [x]) =>
  ops.leakyRelu(graph, x!, negative_slope)
export const prelu: LayerEmitter<AttributesOf<'PReLU'>> = ({ graph, parameter }, _, [x]) =>
  ops.prelu(graph, x!, parameter('weight'))
export const gelu: LayerEmitter<AttributesOf<'GELU'>> = ({ graph }, { approximate }, [x]) =>
  approximate === 'tanh' ? ops.geluTanh(graph, x!) : ops.gelu(graph, x!)
export const silu: LayerEmitter<object> = ({ graph }, _, [x]) => multiply(graph, x!, ops.sigmoid(graph, x!))
export const hardswish: LayerEmitter<object> = ({ graph }, _, [x]) => ops.hardswish(graph, x!)
export const sigmoid: LayerEmitter<object> = ({ graph }, _, [x]) => ops.sigmoid(graph, x!)
export const tanh: LayerEmitter<object> = ({ graph }, _, [x]) => ops.tanh(graph, x!)
export const scale: LayerEmitter<AttributesOf<'Scale'>> = ({ graph }, { factor }, [x]) => affine(graph, x!, factor)

/** Lets everything through in evaluation mode. */
export const dropout: LayerEmitter<AttributesOf<'Dropout'>> = ({ graph, mode, seed }, { p }, [x]) =>
  mode === 'evaluate' || p === 0 ? x! : ops.dropout(graph, x!, p, seed())
