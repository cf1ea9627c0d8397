import { definitionOf, graphOf, locate, type DrawingName } from '../../../shared/architecture/locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode } from '../../../shared/architecture/schema'

/** A node that was found. */
export interface Hit {
  id: string
  /** The layer's kind or the block's name. */
  kind: string
  drawing: DrawingName
  /** The first instance; null in a block that is nowhere used. */
  path: string | null
}

const kindOf = (node: ArchitectureNode): string =>
  node.type === 'layer' ? node.kind : node.type === 'block' ? node.block : ''

/**
 * Nodes whose name or kind holds what was typed, once each however often their block is used: in the order of the
 * drawings, those first of which it is the name, then names, then kinds. With a dot it is part of a path, and `paths`
 * of all instances are looked through.
 */
export function findNodes(architecture: Architecture, typed: string, paths: Iterable<string>): Hit[] {
  const query = typed.trim().toLowerCase()
  if (query === '') return []
  if (query.includes('.')) return findPaths(architecture, query, paths)
  const rank = ({ id, kind }: Hit): number => {
    const name = id.toLowerCase()
    if (name === query) return 0
    if (name.startsWith(query)) return 1
    if (name.includes(query)) return 2
    return kind.toLowerCase().includes(query) ? 3 : 4
  }
  return nodesOf(architecture)
    .map((hit) => ({ hit, place: rank(hit) }))
    .filter(({ place }) => place < 4)
    .sort((a, b) => a.place - b.place)
    .map(({ hit }) => hit)
}

function findPaths(architecture: Architecture, query: string, paths: Iterable<string>): Hit[] {
  const hits: Hit[] = []
  for (const path of paths) {
    if (!path.toLowerCase().includes(query)) continue
    const found = locate(architecture, path)
    if (found?.node) hits.push({ id: found.node.id, kind: kindOf(found.node), drawing: found.drawing, path })
  }
  return hits
}

/** Every node of every drawing but the ends, with the path of its first instance. */
function nodesOf(architecture: Architecture): Hit[] {
  const hits: Hit[] = []
  const seen = new Set<DrawingName>()
  const visit = (drawing: DrawingName, graph: ArchitectureGraph, prefix: string | null): void => {
    seen.add(drawing)
    const inner: (() => void)[] = []
    for (const node of graph.nodes) {
      if (node.type !== 'layer' && node.type !== 'block') continue
      const path = prefix === null ? null : prefix + node.id
      hits.push({ id: node.id, kind: kindOf(node), drawing, path })
      const definition = node.type === 'block' ? definitionOf(architecture, node.block) : undefined
      if (node.type !== 'block' || !definition) continue
      const below = path === null ? null : `${path}${node.repeat ? '.0' : ''}.`
      inner.push(() => seen.has(node.block) || visit(node.block, definition.graph, below))
    }
    for (const enter of inner) enter()
  }
  visit(null, architecture.graph, '')
  for (const block of Object.keys(architecture.blocks)) {
    const graph = graphOf(architecture, block)
    if (graph && !seen.has(block)) visit(block, graph, null)
  }
  return hits
}
