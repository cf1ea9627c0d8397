import type { LayerDefinition } from '../layer'
import { add } from './add'
import { batchNorm2d } from './batchNorm2d'
import { conv2d } from './conv2d'
import { flatten } from './flatten'
import { identity } from './identity'
import { linear } from './linear'
import { avgPool2d, maxPool2d } from './pooling'
import { relu } from './relu'

/** Every layer kind, in the order of the palette. */
export const layers = {
  Conv2d: conv2d,
  BatchNorm2d: batchNorm2d,
  ReLU: relu,
  MaxPool2d: maxPool2d,
  AvgPool2d: avgPool2d,
  Linear: linear,
  Flatten: flatten,
  Add: add,
  Identity: identity
} as const

export type LayerKind = keyof typeof layers
/** The parsed attributes of a kind. */
export type AttributesOf<K extends LayerKind> = (typeof layers)[K] extends LayerDefinition<infer A> ? A : never

export const isLayerKind = (kind: string): kind is LayerKind => Object.hasOwn(layers, kind)
