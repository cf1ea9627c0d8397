import type { CheckedLayer } from './checked'
import { elements } from './layer'
import { layerDefinition } from './layers'

/** How a layer's output size, parameters and multiply-adds come about, with its numbers filled in. */
export interface Formulas {
  size: string[]
  parameters: string | null
}

/** The formulas of a layer as lines of text; numbers only, so that they need no translation. */
export function formulasOf({ kind, attributes, inputShapes, outputShape, parameters }: CheckedLayer): Formulas {
  const size = layerDefinition(kind).formula(attributes, inputShapes, outputShape)
  return { size, parameters: counts(parameters) }
}

function counts(parameters: CheckedLayer['parameters']): string | null {
  const trained = parameters.filter(({ trainable }) => trainable)
  if (trained.length === 0) return null
  const total = trained.reduce((sum, { shape }) => sum + elements(shape), 0)
  return `${trained.map(({ shape }) => shape.join('·')).join(' + ')} = ${total.toLocaleString('en')}`
}
