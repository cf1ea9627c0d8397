import { visible } from '../text/visible'
import type { CheckedLayer } from './checked'
import { fieldsOf } from './fields'
import type { SummaryPart } from './layer'
import { isLayerKind, layerDefinition } from './layers'
import type { AttributeValue } from './schema'

type Attributes = Readonly<Record<string, AttributeValue>>

/** A value in a line: `64`, `2×1`, and an expression without its `=`. */
export const valueText = (value: AttributeValue): string =>
  Array.isArray(value) ? value.map((part) => valueText(part)).join('×') : visible(String(value)).replace(/^=\s*/, '')

/** `stride 2`, and of a parameter of the same name only its name. */
export const namedText = (name: string, value: AttributeValue): string =>
  valueText(value) === name ? name : `${name} ${valueText(value)}`

/** What a reader looks for in a layer as it is drawn, in the manner of papers: `3×3, 64, stride 2, pad 1`. */
export function layerSummary(kind: string, attributes: Attributes): string {
  const parts = isLayerKind(kind) ? layerDefinition(kind).summary : []
  const named = new Set(parts.map(({ attribute }) => attribute))
  const others = Object.entries(attributes).filter(([name]) => !named.has(name))
  return [
    ...parts.flatMap((part) => {
      const value = attributes[part.attribute]
      return value === undefined ? [] : partText(part, value)
    }),
    ...others.map(([name, value]) => namedText(name, value))
  ].join(', ')
}

function partText(part: SummaryPart, value: AttributeValue): string[] {
  if (part.as === 'value') return [valueText(value)]
  if (part.as === 'window') return [Array.isArray(value) ? valueText(value) : `${valueText(value)}×${valueText(value)}`]
  if (part.as === 'word') return value === part.when ? [part.name] : []
  return value === part.unless ? [] : [namedText(part.name, value)]
}

/** Likewise of a layer that is worked out: what is not its default. */
export function checkedSummary({ kind, attributes }: Pick<CheckedLayer, 'kind' | 'attributes'>): string {
  const given = Object.entries(attributes as Attributes).map(([name, value]): [string, AttributeValue] => [
    name,
    Array.isArray(value) && value[0] === value[1] ? value[0] : value
  ])
  const defaults = new Map(fieldsOf(kind).map((field) => [field.name, field.default]))
  return layerSummary(kind, Object.fromEntries(given.filter(([name, value]) => value !== defaults.get(name))))
}
