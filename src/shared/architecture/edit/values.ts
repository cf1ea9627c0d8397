import { copyOf } from '../../copy'
import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { definitionOf } from '../locate'
import type { Architecture, ArchitectureNode, AttributeValue, BlockDefinition, BlockNode } from '../schema'
import { isEnd } from './drawing'

export type Values = Record<string, AttributeValue>

/** Every value of a node that may be an expression over the parameters of the drawing around it. */
export function valuesOf(node: ArchitectureNode): AttributeValue[] {
  if (isEnd(node) || node.type === 'input' || node.type === 'output') return []
  const own =
    node.type === 'layer'
      ? Object.values(node.attributes)
      : [
          ...Object.values(node.arguments),
          ...Object.values(node.repeat?.first ?? {}),
          ...(node.repeat ? [node.repeat.count] : [])
        ]
  return node.when ? [...own, node.when] : own
}

/** The node with each of those values replaced. */
export function mapValues<N extends ArchitectureNode>(node: N, map: (value: AttributeValue) => AttributeValue): N {
  return produce(node, (draft: Draft<ArchitectureNode>) => {
    const all = (values: Values): void => {
      for (const name of Object.keys(values)) values[name] = map(values[name]!)
    }
    if (draft.type === 'layer') all(draft.attributes as Values)
    if (draft.type === 'block') {
      all(draft.arguments as Values)
      if (draft.repeat) {
        all(draft.repeat.first as Values)
        draft.repeat.count = map(draft.repeat.count) as string | number
      }
    }
    if ((draft.type === 'layer' || draft.type === 'block') && draft.when) {
      const value = map(draft.when)
      draft.when = typeof value === 'string' && value.startsWith('=') ? value : `=${String(value)}`
    }
  })
}

/** Throws ResiduumError `edit-missing`. */
export function requireDefinition(architecture: Architecture, name: string): BlockDefinition {
  const definition = definitionOf(architecture, name)
  if (!definition) throw new ResiduumError('edit-missing', { name })
  return definition
}

/** All instances of a block, in all drawings. */
export function eachInstance(
  architecture: Draft<Architecture>,
  name: string,
  body: (node: Draft<BlockNode>) => void
): void {
  const graphs = [architecture.graph, ...Object.values(architecture.blocks).map(({ graph }) => graph)]
  for (const graph of graphs) {
    for (const node of graph.nodes) if (node.type === 'block' && node.block === name) body(node)
  }
}

/** Copies of nodes for another drawing, where their places mean nothing. */
export const withoutPlaces = (nodes: readonly ArchitectureNode[]): ArchitectureNode[] =>
  copyOf(nodes).map((node) => {
    delete node.position
    return node
  })
