import type { AttributesOf, LayerKind } from '../../../shared/architecture/layers'
import { dropout, gelu, hardswish, leakyRelu, prelu, relu, scale, sigmoid, silu, tanh } from './activations'
import type { LayerEmitter } from './context'
import { conv2d } from './conv2d'
import { flatten } from './flatten'
import { add, concatenate, multiply } from './joins'
import { linear } from './linear'
import { batchNorm2d, groupNorm, instanceNorm2d, localResponseNorm } from './normalizations'
import { adaptiveAvgPool2d, avgPool2d, maxPool2d } from './pooling'

/** What each layer kind computes. A kind without an entry is a type error. */
export const emitters: { [K in LayerKind]: LayerEmitter<AttributesOf<K>> } = {
  Conv2d: conv2d,
  Linear: linear,
  BatchNorm2d: batchNorm2d,
  InstanceNorm2d: instanceNorm2d,
  GroupNorm: groupNorm,
  LocalResponseNorm: localResponseNorm,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  GELU: gelu,
  SiLU: silu,
  Hardswish: hardswish,
  Sigmoid: sigmoid,
  Tanh: tanh,
  Dropout: dropout,
  Scale: scale,
  MaxPool2d: maxPool2d,
  AvgPool2d: avgPool2d,
  AdaptiveAvgPool2d: adaptiveAvgPool2d,
  Flatten: flatten,
  Identity: (_, __, [x]) => x!,
  Add: add,
  Concatenate: concatenate,
  Multiply: multiply
}
