import { elements, type Parameter, type Shape } from './layer'
import type { LayerKind } from './layers'
import type { Problem } from './problems'

/** The path that stands for the network's input among `inputs`: no name of a node, which has no brackets. */
export const INPUT = '(input)'

/** One layer after blocks, repetitions and conditions are resolved. */
export interface CheckedLayer {
  /** Name in PyTorch's manner, as `block3.0.conv1`. */
  path: string
  kind: LayerKind
  /** Parsed by the kind's schema. */
  attributes: unknown
  /** Paths of the layers it reads, or INPUT. */
  inputs: string[]
  inputShapes: Shape[]
  outputShape: Shape
  parameters: Parameter[]
  multiplyAdds: number
  /** Whether its parameters keep their values in training. */
  frozen: boolean
}

/** What a drawn node, layer or block instance, amounts to. */
export interface NodeSummary {
  outputShape: Shape | null
  parameters: number
  multiplyAdds: number
}

export interface CheckedArchitecture {
  name: string
  inputShape: Shape
  classes: number
  /** In an order in which each layer comes after those it reads. */
  layers: CheckedLayer[]
  /** Path of the layer that gives the logits. */
  output: string
  totals: { parameters: number; multiplyAdds: number }
}

export interface CheckResult {
  /** Null when there is any problem. */
  checked: CheckedArchitecture | null
  /** What keeps the network from being trained. */
  problems: Problem[]
  /** What does not, but is probably not meant. */
  warnings: Problem[]
  /** All layers that could be worked out, also where there are problems and where they lead nowhere. */
  layers: CheckedLayer[]
  /** Path of the layer that gives the logits; null where it could not be worked out. */
  output: string | null
  /** By path of every drawn node, inside blocks too (`block3.0`, `block3.0.conv1`). */
  summaries: Map<string, NodeSummary>
}

/** Number of trained values; buffers such as running statistics do not count, as in PyTorch's counts. */
export const countParameters = (parameters: readonly Parameter[]): number =>
  parameters.filter((parameter) => parameter.trainable).reduce((sum, { shape }) => sum + elements(shape), 0)
