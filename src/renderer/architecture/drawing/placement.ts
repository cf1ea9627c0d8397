import type { ArchitectureGraph, ArchitectureNode } from '../../../shared/architecture/schema'
import { edgeKey, orderNodes } from '../../../shared/architecture/topology'
import { layOut, type Direction, type Layout, type Point, type Size, type Stage } from './layout'
import type { Room } from './row'

export const NODE_WIDTH = 200
export const NODE_HEIGHT = 84
/** Of a node that does not show what it costs. */
const COMPACT: Size = { width: 152, height: 60 }
const END_WIDTH = 152
const END_HEIGHT = 34
export const BETWEEN = 40

/** Shapes stand beside the connections. */
const LOOSE: Room = { between: BETWEEN, beside: 28 }
export const DENSE: Room = { between: 28, beside: 20 }

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

/** How a place is used best that is wider than it is high, or higher; `now` holds where it is near a square. */
export function directionFor({ width, height }: Size, now: Direction | null = null): Direction {
  if (now && Math.abs(Math.log(width / height)) < 0.1) return now
  return width >= height ? 'across' : 'down'
}

/** What is kept free around a drawing that is seen whole. */
const MARGIN = 24

/** Where a drawing is shown, in a place of that size. */
export const stageOf = ({ width, height }: Size, direction: Direction): Stage => ({
  width: Math.max(1, width - 2 * MARGIN),
  height: Math.max(1, height - 2 * MARGIN),
  direction
})

/** Lays a drawing out; `compact`: without room for what nodes cost. */
export function layOutDrawing(
  graph: ArchitectureGraph,
  stage: Stage,
  { compact = false, former = null }: { compact?: boolean; former?: Layout | null } = {}
): Layout {
  const ids = new Set(graph.nodes.map(({ id }) => id))
  return layOut(
    graph.nodes.map((node) => ({ id: node.id, size: sizeOf(node, compact), parent: null })),
    graph.edges
      .filter(({ source, target }) => ids.has(source) && ids.has(target))
      .map((edge) => ({ id: edgeKey(edge), ...edge })),
    compact ? DENSE : LOOSE,
    stage,
    former
  )
}

/**
 * Where those stand of a drawing placed by hand that have no place yet: behind what they read, at the first free place
 * beside it.
 */
export function provisional(
  graph: ArchitectureGraph,
  known: ReadonlyMap<string, Point>,
  direction: Direction
): Map<string, Point> {
  const places = new Map<string, Point>()
  for (const { id, position } of graph.nodes) {
    const place = position ?? known.get(id)
    if (place) places.set(id, place)
  }
  const [along, beside] = direction === 'across' ? (['x', 'y'] as const) : (['y', 'x'] as const)
  const step = { x: NODE_WIDTH + BETWEEN, y: NODE_HEIGHT + BETWEEN }
  const isTaken = (place: Point): boolean =>
    [...places.values()].some(({ x, y }) => Math.abs(x - place.x) < NODE_WIDTH && Math.abs(y - place.y) < NODE_HEIGHT)
  const { ordered, cyclic } = orderNodes(graph)
  const sources = new Map(ordered.map(({ node, incoming }) => [node.id, incoming.map(({ source }) => source)]))
  for (const id of [...sources.keys(), ...cyclic]) {
    if (places.has(id)) continue
    const read = (sources.get(id) ?? []).map((source) => places.get(source)).filter((place) => place !== undefined)
    const last = read.reduce<Point | null>((a, b) => (a && a[along] >= b[along] ? a : b), null)
    const place = last ? { ...last, [along]: last[along] + step[along] } : { x: 0, y: 0 }
    while (isTaken(place)) place[beside] += step[beside]
    places.set(id, place)
  }
  return places
}
