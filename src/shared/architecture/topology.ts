import type { ArchitectureGraph, ArchitectureNode, Edge } from './schema'

export interface OrderedNode {
  node: ArchitectureNode
  /** Edges that enter the node, by port. */
  incoming: Edge[]
}

/**
 * The nodes of one drawing so that each comes after all it reads from (Kahn's algorithm, stable in
 * the drawing's order); `cyclic` holds the ids that lie on or behind a cycle.
 * Edges with an unknown end are ignored.
 */
export function orderNodes(graph: ArchitectureGraph): { ordered: OrderedNode[]; cyclic: string[] } {
  const entries = new Map<string, OrderedNode & { waiting: number }>()
  for (const node of graph.nodes) entries.set(node.id, { node, incoming: [], waiting: 0 })
  const outgoing = new Map<string, string[]>()
  for (const edge of graph.edges) {
    const target = entries.get(edge.target)
    if (!target || !entries.has(edge.source)) continue
    target.incoming.push(edge)
    target.waiting += 1
    outgoing.set(edge.source, [...(outgoing.get(edge.source) ?? []), edge.target])
  }
  const ready = [...entries.values()].filter((entry) => entry.waiting === 0)
  const ordered: OrderedNode[] = []
  for (let next = 0; next < ready.length; next++) {
    const { node, incoming } = ready[next]!
    ordered.push({ node, incoming: incoming.sort((a, b) => a.port - b.port) })
    for (const id of outgoing.get(node.id) ?? []) {
      const target = entries.get(id)!
      target.waiting -= 1
      if (target.waiting === 0) ready.push(target)
    }
  }
  const cyclic = [...entries.values()].filter((entry) => entry.waiting > 0).map((entry) => entry.node.id)
  return { ordered, cyclic }
}
