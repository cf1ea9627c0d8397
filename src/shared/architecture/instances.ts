import { resolveValue, type Scalar, type Scope } from './expressions'
import { LIMITS } from './limits'
import { definitionOf } from './locate'
import { ArchitectureProblem } from './problems'
import type { Fault } from '../messages/coded'
import type { Architecture, AttributeValue, BlockDefinition, BlockNode, BlockParameter } from './schema'

/** What a block node stands for in the drawing around it. */
export interface Instances {
  definition: BlockDefinition
  /** How many in a row. */
  count: number
  /** Values of the block's parameters in the first, and in each that follows. */
  first: Scope
  following: Scope
}

/**
 * The instances of a block node under the parameters of the drawing around it; `ancestors` are the blocks it stands in.
 * Throws ArchitectureProblem where there are none.
 */
export function instancesOf(
  architecture: Architecture,
  node: BlockNode,
  scope: Scope,
  ancestors: readonly string[]
): Instances {
  const { block } = node
  const definition = definitionOf(architecture, block)
  if (!definition) throw new ArchitectureProblem('unknown-block', { block })
  if (ancestors.includes(block)) throw new ArchitectureProblem('recursive-block', { block })
  if (ancestors.length >= LIMITS.depth) throw new ArchitectureProblem('too-deep', { max: LIMITS.depth })
  const unknown = Object.keys({ ...node.arguments, ...node.repeat?.first }).find(
    (name) => !definition.parameters.some((parameter) => parameter.name === name)
  )
  if (unknown) throw new ArchitectureProblem('unknown-argument', { block, argument: unknown })
  const inside = (values: Record<string, AttributeValue>): Scope => {
    const given = resolveAll(values, scope)
    const inner = new Map<string, Scalar>()
    for (const parameter of definition.parameters) {
      const { name, default: fallback } = parameter
      const value = Object.hasOwn(given, name) ? (given[name] as Scalar) : fallback
      const reason = argumentFault(parameter, value)
      if (reason) throw new ArchitectureProblem('attribute', { attribute: name, reason })
      inner.set(name, value)
    }
    return inner
  }
  const first = inside({ ...node.arguments, ...node.repeat?.first })
  if (!node.repeat) return { definition, count: 1, first, following: first }
  const count = resolveValue(node.repeat.count, scope)
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > LIMITS.repeat) {
    throw new ArchitectureProblem('attribute', { attribute: 'repeat', reason: repeatFault(String(count)) })
  }
  return { definition, count, first, following: count > 1 ? inside(node.arguments) : first }
}

/** Why a value is none of a block's parameter; null where it is one. */
function argumentFault(parameter: BlockParameter, value: unknown): Fault | null {
  switch (parameter.type) {
    case 'integer':
      return Number.isInteger(value) ? null : { code: 'not-an-integer', parameters: {} }
    case 'number':
      return typeof value === 'number' ? null : { code: 'not-a-number', parameters: {} }
    case 'boolean':
      return typeof value === 'boolean' ? null : { code: 'not-a-boolean', parameters: {} }
    case 'choice': {
      const choices = parameter.choices.join(', ')
      return parameter.choices.includes(value as string) ? null : { code: 'not-a-choice', parameters: { choices } }
    }
  }
}

/** Why an instance cannot stand `count` times in a row. */
export const repeatFault = (count: number | string): Fault => ({
  code: 'integer-between',
  parameters: { minimum: 1, maximum: LIMITS.repeat, value: count }
})

/** Attributes or arguments with their expressions worked out. Throws ArchitectureProblem `expression`. */
export const resolveAll = (
  attributes: Record<string, AttributeValue>,
  scope: Scope
): Record<string, Scalar | [Scalar, Scalar]> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, resolveValue(value, scope)]))
