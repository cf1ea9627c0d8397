import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api'
import { ResiduumError } from '../../../shared/errors'
import { elk, LAYERED, straightness } from './elk'

export interface Point {
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

/** Which way a drawing is read: from left to right, or from top to bottom. */
export type Direction = 'across' | 'down'

/** Where nodes stand (their upper left corners) and along which points their connections run. */
export interface Placement {
  direction: Direction
  places: ReadonlyMap<string, Point>
  routes: ReadonlyMap<string, readonly Point[]>
}

export interface Rect extends Point, Size {}

export interface Box {
  id: string
  /** Null of a group, which is as large as what it holds. */
  size: Size | null
  /** The group it stands in; null at the top. */
  parent: string | null
}

export interface Line {
  id: string
  source: string
  target: string
  /** On the way from input to output that takes the first input of each join: drawn straight. */
  main: boolean
}

export interface Layout extends Placement {
  /** Of groups too. */
  sizes: ReadonlyMap<string, Size>
}

/** Pixels kept free; from the lower side of a node to the next below it: `between`. */
export interface Spacing {
  between: number
  beside: number
  edgeNode: number
}

/** Room for a group's own title. */
const GROUP_TITLE = 56

/** A connection leaves and reaches a node in the middle of its lower and upper side. */
const ports = (id: string, { width, height }: Size): NonNullable<ElkNode['ports']> => [
  { id: `${id}:in`, x: width / 2, y: 0, width: 0, height: 0, layoutOptions: { 'elk.port.side': 'NORTH' } },
  { id: `${id}:out`, x: width / 2, y: height, width: 0, height: 0, layoutOptions: { 'elk.port.side': 'SOUTH' } }
]

/**
 * Places boxes from top to bottom, the main way straight and shortcuts beside it. All places are of the whole
 * drawing, also of what stands in a group.
 * Throws ResiduumError `layout` where the drawing is too long for the layout's recursion.
 */
export async function layOut(boxes: readonly Box[], lines: readonly Line[], spacing: Spacing): Promise<Layout> {
  const inside = new Map<string | null, Box[]>()
  for (const box of boxes) inside.set(box.parent, [...(inside.get(box.parent) ?? []), box])
  const children = (parent: string | null): ElkNode[] => (inside.get(parent) ?? []).map(toElk)
  const toElk = ({ id, size }: Box): ElkNode =>
    size
      ? { id, ...size, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' }, ports: ports(id, size) }
      : {
          id,
          children: children(id),
          layoutOptions: { 'elk.padding': `[top=${GROUP_TITLE},left=16,bottom=16,right=16]` }
        }
  const grouped = boxes.some(({ parent }) => parent !== null)
  const drawing = {
    id: '(root)',
    layoutOptions: {
      ...LAYERED,
      ...(grouped && { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' }),
      'elk.json.edgeCoords': 'ROOT',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(spacing.between),
      'elk.layered.spacing.edgeNodeBetweenLayers': '14',
      'elk.spacing.nodeNode': String(spacing.beside),
      'elk.spacing.edgeNode': String(spacing.edgeNode),
      'elk.spacing.edgeEdge': '16'
    },
    children: children(null),
    edges: lines.map(({ id, source, target, main }) => ({
      id,
      sources: [`${source}:out`],
      targets: [`${target}:in`],
      layoutOptions: straightness(main)
    }))
  }
  const result = await elk.layout(drawing).catch((error: unknown) => {
    throw new ResiduumError('layout', { nodes: boxes.length }, { cause: error })
  })
  const places = new Map<string, { x: number; y: number }>()
  const sizes = new Map<string, Size>()
  const gather = (node: ElkNode, left: number, top: number): void => {
    for (const child of node.children ?? []) {
      const place = { x: left + (child.x ?? 0), y: top + (child.y ?? 0) }
      places.set(child.id, place)
      sizes.set(child.id, { width: child.width ?? 0, height: child.height ?? 0 })
      gather(child, place.x, place.y)
    }
  }
  gather(result, 0, 0)
  const routes = new Map(
    ((result.edges ?? []) as ElkExtendedEdge[]).flatMap(({ id, sections }) => {
      const section = sections?.[0]
      return id && section ? [[id, [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]] as const] : []
    })
  )
  return { direction: 'down', places, sizes, routes }
}
