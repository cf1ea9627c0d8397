import { ResiduumError } from '../../errors'
import { identifiersOf, substitute } from '../expressionText'
import { isLayerKind, layerDefinition } from '../layers'
import { definitionOf } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, AttributeValue, BlockNode, LayerNode } from '../schema'
import { combine, readable, type Symbolic } from '../symbolic'
import { liveNodes, orderNodes } from '../topology'

/** Stands for the channels (or features) that enter a block; `$` is in no name of a parameter. */
export const INPUT_SYMBOL = '$in'
/** Stands for what enters one repetition of several. */
export const REPETITION_SYMBOL = '$channels'

const NOTHING: ReadonlyMap<string, AttributeValue> = new Map()

/** A node that takes part, with the names of the nodes whose values it reads; left-out nodes are resolved. */
export interface Step {
  node: ArchitectureNode
  inputs: string[]
  /** Its condition; null where it always takes part. */
  when: string | null
}

/** The nodes of a drawing that reach its output, in order, without those that are left out for good. */
export function stepsOf(graph: ArchitectureGraph): Step[] {
  const live = liveNodes(graph)
  const stands = new Map<string, string>()
  const steps: Step[] = []
  for (const { node, incoming } of orderNodes(graph).ordered) {
    if (!live.has(node.id)) continue
    const inputs = incoming.filter(({ source }) => live.has(source)).map(({ source }) => stands.get(source) ?? source)
    const inner = node.type === 'layer' || node.type === 'block'
    const when = inner && node.when ? substitute(node.when, NOTHING) : true
    const open = identifiersOf(when).size > 0
    if (inner && (node.bypassed || (!open && !when))) {
      stands.set(node.id, inputs[0]!)
      continue
    }
    steps.push({ node, inputs, when: open ? (when as string) : null })
  }
  return steps
}

/** What the values of a drawing's nodes are, given what enters it. */
export function symbolicValues(
  architecture: Architecture,
  graph: ArchitectureGraph,
  input: Symbolic
): Map<string, Symbolic> {
  const values = new Map<string, Symbolic>()
  for (const { node, inputs, when } of stepsOf(graph)) {
    const given = inputs.map((id) => values.get(id)!)
    const [first] = given as [Symbolic]
    if (node.type === 'input') values.set(node.id, input)
    else if (node.type === 'output') values.set(node.id, first)
    else {
      const value = node.type === 'layer' ? layerValue(node, given) : blockValue(architecture, node, first)
      values.set(node.id, when === null ? value : choose(when, value, first))
    }
  }
  return values
}

function choose(when: string, yes: Symbolic, no: Symbolic): Symbolic {
  const pick = (a: AttributeValue | null, b: AttributeValue | null): AttributeValue | null =>
    JSON.stringify(a) === JSON.stringify(b)
      ? a
      : a === null || b === null
        ? null
        : readable(combine([when, a, b], (test, one, other) => `${test} ? ${one} : ${other}`))
  return { channels: pick(yes.channels, no.channels), area: pick(yes.area, no.area) }
}

function layerValue({ kind, attributes }: LayerNode, inputs: Symbolic[]): Symbolic {
  return isLayerKind(kind) ? layerDefinition(kind).symbolicOutput(attributes, inputs) : inputs[0]!
}

/** Values of a block's parameters for one instance; `repetition` 0 has the arguments of the first. */
export function argumentsOf(architecture: Architecture, node: BlockNode, first: boolean): Map<string, AttributeValue> {
  const given = { ...node.arguments, ...(first ? node.repeat?.first : {}) }
  const { parameters } = definitionOf(architecture, node.block)!
  return new Map(
    parameters.map(({ name, default: fallback }) => [name, Object.hasOwn(given, name) ? given[name]! : fallback])
  )
}

const outputs = new WeakMap<Architecture, Map<string, Symbolic | null>>()

/** What leaves a block in terms of its parameters: the same for all instances, and worked out once for a drawing. */
function outputOf(architecture: Architecture, block: string): Symbolic {
  const known = outputs.get(architecture) ?? new Map<string, Symbolic | null>()
  outputs.set(architecture, known)
  const before = known.get(block)
  // It is being worked out: under conditions that the network never meets, a block may stand in itself.
  if (before === null) throw new ResiduumError('edit-recursion', { block })
  if (before) return before
  known.set(block, null)
  const { graph } = definitionOf(architecture, block)!
  const values = symbolicValues(architecture, graph, { channels: `=${INPUT_SYMBOL}`, area: null })
  const output = values.get(graph.nodes.find(({ type }) => type === 'output')!.id)!
  known.set(block, output)
  return output
}

/** What leaves one instance of a block that `input` enters, in the terms of the drawing around it. */
export function instanceValue(architecture: Architecture, node: BlockNode, first: boolean, input: Symbolic): Symbolic {
  const output = outputOf(architecture, node.block)
  const scope = argumentsOf(architecture, node, first)
  if (input.channels !== null) scope.set(INPUT_SYMBOL, input.channels)
  const inside = (value: AttributeValue | null): AttributeValue | null => {
    if (value === null) return null
    return input.channels === null && identifiersOf(value).has(INPUT_SYMBOL) ? null : readable(substitute(value, scope))
  }
  return { channels: inside(output.channels), area: inside(output.area) }
}

/** Likewise for all repetitions; their number matters only where each changes the channels. */
function blockValue(architecture: Architecture, node: BlockNode, input: Symbolic): Symbolic {
  let value = instanceValue(architecture, node, true, input)
  if (!node.repeat) return value
  const count = substitute(node.repeat.count, NOTHING)
  const most = typeof count === 'number' ? count : 1000
  for (let index = 1; index < most; index++) {
    const next = instanceValue(architecture, node, false, value)
    if (JSON.stringify(next) === JSON.stringify(value)) return value
    // With a number of repetitions that is a parameter, what grows cannot be written down.
    if (typeof count !== 'number') return { channels: null, area: null }
    value = next
  }
  return value
}
