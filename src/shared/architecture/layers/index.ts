import type { LayerDefinition } from '../layer'
import { dropout, gelu, hardswish, leakyRelu, prelu, relu, scale, sigmoid, silu, tanh } from './activations'
import { conv2d } from './conv2d'
import { flatten } from './flatten'
import { identity } from './identity'
import { add, concatenate, multiply } from './joins'
import { linear } from './linear'
import { batchNorm2d, groupNorm, instanceNorm2d, localResponseNorm } from './normalizations'
import { adaptiveAvgPool2d, avgPool2d, maxPool2d } from './pooling'

/** Every layer kind, in the order of the palette. */
export const layers = {
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
  Identity: identity,
  Add: add,
  Concatenate: concatenate,
  Multiply: multiply
} as const

export type LayerKind = keyof typeof layers
/** The parsed attributes of a kind. */
export type AttributesOf<K extends LayerKind> = (typeof layers)[K] extends LayerDefinition<infer A> ? A : never

export const isLayerKind = (kind: string): kind is LayerKind => Object.hasOwn(layers, kind)
