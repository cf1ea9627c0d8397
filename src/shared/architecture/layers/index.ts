import type { LayerDefinition } from '../layer'
import { adaptiveAvgPool2d } from './adaptiveAvgPool2d'
import { add } from './add'
import { avgPool2d } from './avgPool2d'
import { batchNorm2d } from './batchNorm2d'
import { concatenate } from './concatenate'
import { conv2d } from './conv2d'
import { dropout } from './dropout'
import { flatten } from './flatten'
import { gelu } from './gelu'
import { groupNorm } from './groupNorm'
import { hardswish } from './hardswish'
import { identity } from './identity'
import { instanceNorm2d } from './instanceNorm2d'
import { leakyRelu } from './leakyRelu'
import { linear } from './linear'
import { localResponseNorm } from './localResponseNorm'
import { maxPool2d } from './maxPool2d'
import { multiply } from './multiply'
import { prelu } from './prelu'
import { relu } from './relu'
import { scale } from './scale'
import { sigmoid } from './sigmoid'
import { silu } from './silu'
import { tanh } from './tanh'

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

/** A kind for whoever has attributes of no known type: they must be as its own schema parsed them. */
export const layerDefinition = (kind: LayerKind): LayerDefinition => layers[kind]

export const isLayerKind = (kind: string): kind is LayerKind => Object.hasOwn(layers, kind)
