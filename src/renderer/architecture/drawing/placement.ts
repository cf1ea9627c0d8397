import type { ElkExtendedEdge } from 'elkjs/lib/elk-api'
import type { ArchitectureGraph, ArchitectureNode, Edge } from '../../../shared/architecture/schema'
import { edgeKey, orderNodes } from '../../../shared/architecture/topology'
import { elk, LAYERED, straightness } from './elk'

export const NODE_WIDTH = 296
export const NODE_HEIGHT = 68
const END_WIDTH = 176
const END_HEIGHT = 34
const BETWEEN = 36
/** From the top of one node to the next in a column. */
const ROW = NODE_HEIGHT + BETWEEN

export interface Point {
  x: number
  y: number
}

/** Where nodes stand (their upper left corners) and along which points their connections run. */
export interface Placement {
  places: ReadonlyMap<string, Point>
  routes: ReadonlyMap<string, readonly Point[]>
}

export const sizeOf = ({ type }: ArchitectureNode): { width: number; height: number } =>
  type === 'input' || type === 'output'
    ? { width: END_WIDTH, height: END_HEIGHT }
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

/** Lays a drawing out from top to bottom: the main way straight, shortcuts beside it. */
export async function layOutDrawing(graph: ArchitectureGraph): Promise<Placement> {
  const main = mainWay(graph)
  const ids = new Set(graph.nodes.map(({ id }) => id))
  const result = await elk.layout({
    id: '(root)',
    layoutOptions: {
      ...LAYERED,
      'elk.layered.spacing.nodeNodeBetweenLayers': String(BETWEEN),
      'elk.layered.spacing.edgeNodeBetweenLayers': '14',
      'elk.spacing.nodeNode': '32',
      'elk.spacing.edgeNode': '28',
      'elk.spacing.edgeEdge': '16'
    },
    children: graph.nodes.map((node) => {
      const { width, height } = sizeOf(node)
      return {
        id: node.id,
        width,
        height,
        layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        ports: [
          { id: `${node.id}:in`, x: width / 2, y: 0, width: 0, height: 0, layoutOptions: { 'elk.port.side': 'NORTH' } },
          {
            id: `${node.id}:out`,
            x: width / 2,
            y: height,
            width: 0,
            height: 0,
            layoutOptions: { 'elk.port.side': 'SOUTH' }
          }
        ]
      }
    }),
    edges: graph.edges
      .filter(({ source, target }) => ids.has(source) && ids.has(target))
      .map((edge) => ({
        id: edgeKey(edge),
        sources: [`${edge.source}:out`],
        targets: [`${edge.target}:in`],
        layoutOptions: straightness(main.has(edgeKey(edge)))
      }))
  })
  const places = new Map((result.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]))
  const routes = new Map(
    ((result.edges ?? []) as ElkExtendedEdge[]).flatMap(({ id, sections }): [string, Point[]][] => {
      const section = sections?.[0]
      return id && section ? [[id, [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]]] : []
    })
  )
  return { places, routes }
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

const RADIUS = 6
const LABEL_ROOM = 15

/** An SVG path through points with rounded corners, and a place for a label in the middle of a part. */
export function pathThrough(points: readonly Point[]): { path: string; label: Point } {
  const parts = [`M${points[0]!.x},${points[0]!.y}`]
  for (let index = 1; index < points.length - 1; index++) {
    const [before, at, after] = [points[index - 1]!, points[index]!, points[index + 1]!]
    const radius = Math.min(RADIUS, distance(before, at) / 2, distance(at, after) / 2)
    const [start, end] = [towards(at, before, radius), towards(at, after, radius)]
    parts.push(`L${start.x},${start.y}`, `Q${at.x},${at.y} ${end.x},${end.y}`)
  }
  const last = points[points.length - 1]!
  parts.push(`L${last.x},${last.y}`)
  const segments = points.slice(1).map((point, index) => ({ a: points[index]!, b: point }))
  // Connections run together across, but seldom down: there a label has its line for itself.
  const down = segments.filter(({ a, b }) => Math.abs(a.x - b.x) < 1 && distance(a, b) >= LABEL_ROOM)
  const { a, b } = (down.length > 0 ? down : segments).reduce((one, other) =>
    distance(other.a, other.b) > distance(one.a, one.b) ? other : one
  )
  return { path: parts.join(' '), label: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
const towards = (from: Point, to: Point, length: number): Point => {
  const whole = distance(from, to) || 1
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole }
}

/** A way from a node's lower to another's upper side that keeps clear of what stands in the same column. */
export function freeRoute(source: Point, target: Point): Point[] {
  const gap = target.y - source.y
  const middle = BETWEEN / 2
  const sameColumn = Math.abs(source.x - target.x) < NODE_WIDTH / 2
  if (gap > 0 && sameColumn && gap < ROW) {
    if (Math.abs(source.x - target.x) < 1) return [source, target]
    const y = source.y + gap / 2
    return [source, { x: source.x, y }, { x: target.x, y }, target]
  }
  if (gap > 0 && !sameColumn) {
    const y = target.y - middle
    return [source, { x: source.x, y }, { x: target.x, y }, target]
  }
  // Around the right side.
  const x = Math.max(source.x, target.x) + NODE_WIDTH / 2 + 28
  const [down, up] = [source.y + middle, target.y - middle]
  return [source, { x: source.x, y: down }, { x, y: down }, { x, y: up }, { x: target.x, y: up }, target]
}
