import { setAttribute, type AttributeField } from '../edit'
import { graphOf, type DrawingName, type Location } from '../locate'
import type { Architecture, ArchitectureNode, AttributeValue } from '../schema'
import type { ProblemCode } from '../problems'
import type { Fix, Rule } from './fix'

/** Where a value is written down: an attribute of a layer, or an argument of the instance that it comes from. */
interface Place {
  drawing: DrawingName
  /** Path of the drawing's instance, with a dot behind. */
  prefix: string
  node: ArchitectureNode
  field: AttributeField
  name: string
}

const valueAt = ({ node, field, name }: Place): AttributeValue | undefined => {
  if (node.type === 'layer') return node.attributes[name]
  if (node.type !== 'block') return undefined
  return field === 'first' ? node.repeat?.first[name] : node.arguments[name]
}

/**
 * The place at which a value has to be changed. One that a parameter of the block gives is the instance's around it:
 * written into the block it would be every instance's. Null where it is worked out of several.
 */
function placeOf(architecture: Architecture, { within, drawing, prefix }: Location, place: Place): Place | null {
  const value = valueAt(place)
  if (typeof value !== 'string' || !value.startsWith('=')) return place
  const entered = within.at(-1)
  const [, parameter] = /^=\s*([A-Za-z_]\w*)\s*$/.exec(value) ?? []
  if (!entered || parameter === undefined || drawing === null) return null
  const around = within.slice(0, -1)
  const outer = around.at(-1)?.block ?? null
  const instance = graphOf(architecture, outer)?.nodes.find(({ id }) => id === entered.id)
  if (instance?.type !== 'block') return null
  const own = entered.index === null ? `${entered.id}.` : `${entered.id}.${entered.index}.`
  const outerPrefix = prefix.slice(0, prefix.length - own.length)
  const first = entered.index === 0 && instance.repeat !== undefined && Object.hasOwn(instance.repeat.first, parameter)
  return placeOf(
    architecture,
    { within: around, drawing: outer, prefix: outerPrefix, node: instance },
    { drawing: outer, prefix: outerPrefix, node: instance, field: first ? 'first' : 'arguments', name: parameter }
  )
}

/** Gives an attribute of a layer a value, at the place where it is written down. */
export function setValue(
  architecture: Architecture,
  location: Location & { node: ArchitectureNode },
  name: string,
  value: AttributeValue
): Fix | null {
  const { drawing, prefix, node } = location
  const place = placeOf(architecture, location, { drawing, prefix, node, field: 'attributes', name })
  // A parameter of a block has one value, not one for each direction.
  if (!place || (place.field !== 'attributes' && Array.isArray(value))) return null
  const written = Array.isArray(value) ? value.join('x') : String(value)
  return {
    ...(place.node === node
      ? { code: 'set', parameters: { attribute: name, value: written } }
      : { code: 'set-of', parameters: { attribute: place.name, value: written, node: place.prefix + place.node.id } }),
    apply: (before) => setAttribute(before, place.drawing, [place.node.id], place.field, place.name, value)
  }
}

/** The rule that gives an attribute the value which follows from the problem. */
export const setting =
  <Code extends ProblemCode>(
    name: string,
    value: (...given: Parameters<Rule<Code>>) => AttributeValue | null
  ): Rule<Code> =>
  (context, problem) => {
    const next = value(context, problem)
    return next === null || context.node.type !== 'layer' ? null : setValue(context.architecture, context, name, next)
  }

/** A number for both directions where they are equal. */
export const asPair = ([a, b]: number[]): AttributeValue => (a === b ? a! : [a!, b!])
