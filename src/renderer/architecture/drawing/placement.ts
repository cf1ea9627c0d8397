import type { ArchitectureGraph, ArchitectureNode, Edge } from '../../../shared/architecture/schema'
import { edgeKey, orderNodes } from '../../../shared/architecture/topology'
import { layOut, type Layout, type Point, type Size, type Spacing } from './layout'

export const NODE_WIDTH = 200
export const NODE_HEIGHT = 84
/** Of a node that does not show what it costs. */
const COMPACT: Size = { width: 152, height: 60 }
const END_WIDTH = 152
const END_HEIGHT = 34
export const BETWEEN = 36
/** From the top of one node to the next in a column. */
export const ROW = NODE_HEIGHT + BETWEEN

/** Shapes stand beside the connections. */
const LOOSE: Spacing = { between: BETWEEN, beside: 32, edgeNode: 28 }
export const DENSE: Spacing = { between: 24, beside: 24, edgeNode: 18 }

export const sizeOf = ({ type }: Pick<ArchitectureNode, 'type'>, compact = false): Size =>
  type === 'input' || type === 'output'
    ? { width: END_WIDTH, height: END_HEIGHT }
    : compact
      ? COMPACT
      : { width: NODE_WIDTH, height: NODE_HEIGHT }

/** Whether the user has put any node of the drawing where it is. */
export const isPlacedByHand = ({ nodes }: ArchitectureGraph): boolean => nodes.some(({ position }) => position)

/** Changes whenever the drawing must be laid out anew. */
export const layoutKey = ({ nodes, edges }: ArchitectureGraph): string =>
  `${nodes.map(({ id }) => id).join(' ')}|${edges.map(edgeKey).join(' ')}`

/** The connections of the way from input to output that takes the first input of each join: drawn straight. */
function mainWay(graph: ArchitectureGraph): Set<string> {
  const first = new Map<string, Edge>()
  for (const edge of graph.edges) {
    const known = first.get(edge.target)
    if (!known || edge.port < known.port) first.set(edge.target, edge)
  }
  const way = new Set<string>()
  let edge = first.get(graph.nodes.find(({ type }) => type === 'output')?.id ?? '')
  while (edge && !way.has(edgeKey(edge))) {
    way.add(edgeKey(edge))
    edge = first.get(edge.source)
  }
  return way
}

/** Lays a drawing out; `compact`: without room for what nodes cost. Throws as `layOut` does. */
export function layOutDrawing(graph: ArchitectureGraph, compact = false): Promise<Layout> {
  const main = mainWay(graph)
  const ids = new Set(graph.nodes.map(({ id }) => id))
  return layOut(
    graph.nodes.map((node) => ({ id: node.id, size: sizeOf(node, compact), parent: null })),
    graph.edges
      .filter(({ source, target }) => ids.has(source) && ids.has(target))
      .map((edge) => ({
        id: edgeKey(edge),
        source: edge.source,
        target: edge.target,
        main: main.has(edgeKey(edge))
      })),
    compact ? DENSE : LOOSE
  )
}

/**
 * Where nodes stand until the layout is there, and where those stand that the user did not place: known nodes stay,
 * a new one goes below what it reads.
 */
export function provisional(graph: ArchitectureGraph, known: ReadonlyMap<string, Point>): Map<string, Point> {
  const places = new Map<string, Point>()
  for (const { id, position } of graph.nodes) {
    const place = position ?? known.get(id)
    if (place) places.set(id, place)
  }
  for (const { node, incoming } of orderNodes(graph).ordered) {
    if (places.has(node.id)) continue
    const above = incoming.map(({ source }) => places.get(source)).filter((place) => place !== undefined)
    const lowest = above.reduce((a, b) => (b.y > a.y ? b : a), above[0] ?? { x: 0, y: -ROW })
    places.set(node.id, { x: lowest.x, y: lowest.y + ROW })
  }
  for (const { id } of graph.nodes) if (!places.has(id)) places.set(id, { x: 0, y: 0 })
  return places
}
