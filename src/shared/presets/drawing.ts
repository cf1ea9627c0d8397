import type { ArchitectureGraph, ArchitectureNode, AttributeValue, Edge } from '../architecture/schema'

type Attributes = Record<string, AttributeValue>

export const layer = (id: string, kind: string, attributes: Attributes = {}, when?: string): ArchitectureNode => ({
  type: 'layer',
  id,
  kind,
  attributes,
  ...(when && { when })
})

export const block = (
  id: string,
  name: string,
  args: Attributes,
  repeat?: { count: number; first: Attributes }
): ArchitectureNode => ({ type: 'block', id, block: name, arguments: args, ...(repeat && { repeat }) })

export const join = (source: string, target: string, port = 0): Edge => ({ source, target, port })

const ends: ArchitectureNode[] = [
  { type: 'input', id: 'input' },
  { type: 'output', id: 'output' }
]

/** Nodes one after another between `input` and `output`, with further nodes and edges beside them. */
export function sequence(
  nodes: ArchitectureNode[],
  beside: { nodes: ArchitectureNode[]; edges: Edge[] } = { nodes: [], edges: [] }
): ArchitectureGraph {
  const path = ['input', ...nodes.map((node) => node.id), 'output']
  const edges = path.slice(1).map((target, index) => join(path[index]!, target))
  return { nodes: [ends[0]!, ...nodes, ...beside.nodes, ends[1]!], edges: [...edges, ...beside.edges] }
}
