import { ResiduumError } from '../errors'
import { nearest } from '../unknownKeys'
import { fieldsOf } from './fields'
import { isLayerKind } from './layers'
import type { PlacelessProblem } from './problems'
import { nodeSchema, type Architecture, type ArchitectureGraph, type ArchitectureNode, type LayerNode } from './schema'

/** A name that a node, or the attributes of a layer, should not have. */
export interface UnknownName {
  name: string
  /** The known name that it comes nearest to; null where there is none. */
  near: string | null
}

const entriesOf = new Map<string, string[]>(
  nodeSchema.options.map(({ shape }) => [shape.type.value as string, Object.keys(shape)])
)

/** What a node has beside what nodes of its type have. */
export function unknownEntries(node: ArchitectureNode): UnknownName[] {
  const known = entriesOf.get(node.type)!
  return Object.keys(node)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: nearest(name, known) }))
}

/** The attributes of a layer that its kind does not have; none where the kind itself is not known. */
export function unknownAttributes({ kind, attributes }: LayerNode): UnknownName[] {
  if (!isLayerKind(kind)) return []
  const known = fieldsOf(kind).map(({ name }) => name)
  return Object.keys(attributes)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: nearest(name, known) }))
}

/** What a check says of a node's entries and attributes that are not known. */
export function unknownIn(node: ArchitectureNode): PlacelessProblem[] {
  const entries = unknownEntries(node).map(({ name, near }): PlacelessProblem =>
    near === null
      ? { code: 'unknown-entry', parameters: { name } }
      : { code: 'unknown-entry-near', parameters: { name, near } }
  )
  if (node.type !== 'layer') return entries
  const { kind } = node
  const attributes = unknownAttributes(node).map(({ name, near }): PlacelessProblem =>
    near === null
      ? { code: 'unknown-attribute', parameters: { kind, name } }
      : { code: 'unknown-attribute-near', parameters: { kind, name, near } }
  )
  return [...entries, ...attributes]
}

/** Throws ResiduumError `document-attribute` or `document-attribute-near`, which names the first that no layer has. */
export function requireKnownAttributes({ graph, blocks }: Architecture, file: string): void {
  for (const { nodes } of [graph, ...Object.values(blocks).map((block) => block.graph)]) {
    for (const node of nodes) {
      const [unknown] = node.type === 'layer' ? unknownAttributes(node) : []
      if (!unknown || node.type !== 'layer') continue
      const parameters = { file, node: node.id, kind: node.kind, attribute: unknown.name }
      throw unknown.near === null
        ? new ResiduumError('document-attribute', parameters)
        : new ResiduumError('document-attribute-near', { ...parameters, near: unknown.near })
    }
  }
}

/** The drawing as it is trained where nobody minds what is not known in it: without that. */
export function withoutUnknown(architecture: Architecture): Architecture {
  const cleanNode = (node: ArchitectureNode): ArchitectureNode => {
    const known = omit(node, unknownEntries(node))
    if (known.type !== 'layer') return known
    return { ...known, attributes: omit(known.attributes, unknownAttributes(known)) }
  }
  const clean = ({ nodes, edges }: ArchitectureGraph): ArchitectureGraph => ({ nodes: nodes.map(cleanNode), edges })
  const blocks = Object.entries(architecture.blocks).map(
    ([name, block]) => [name, { ...block, graph: clean(block.graph) }] as const
  )
  return { ...architecture, graph: clean(architecture.graph), blocks: Object.fromEntries(blocks) }
}

function omit<T extends object>(value: T, unknown: readonly UnknownName[]): T {
  if (unknown.length === 0) return value
  const names = new Set(unknown.map(({ name }) => name))
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name))) as T
}
