import { markRaw } from 'vue'
import { Position, type Edge as FlowEdge, type GraphNode } from '@vue-flow/core'
import type { DrawingDifference } from '../../../shared/architecture/difference'
import { formatShape } from '../../../shared/architecture/problems'
import type { ArchitectureNode } from '../../../shared/architecture/schema'
import { nodeView, type NodeView } from './nodeView'
import type { Band } from './bands'
import type { Direction, Point, Size } from './layout'

export type DrawnNode = GraphNode<{ view: NodeView }>

export interface EdgeView {
  /** The shape of what runs along it, or nothing. */
  label: string
  /** Holds while both ends are where it was made for. */
  route: readonly Point[] | null
  /** Against another version of the drawing. */
  change: DrawingDifference['edges'][number]['state']
}
export type DrawnEdge = FlowEdge<EdgeView> & { selected?: boolean }

/** A drawing as it is given to the canvas. */
export interface Drawn {
  /** Another one is another drawing, which is shown from its beginning; else only what differs is drawn anew. */
  key: string
  direction: Direction
  nodes: readonly DrawnNode[]
  edges: readonly DrawnEdge[]
  /** Drawn behind all else. */
  bands: readonly Band[]
}

const HANDLE = 10
type HandleBounds = GraphNode['handleBounds']

// All of it is raw, as the library's own values are: a proxy around each would be asked hundreds of times a frame.

/** Sizes are fixed, so that nothing has to be measured before it can be shown, or need not be. */
function bounds({ width, height }: Size, direction: Direction): HandleBounds {
  const handle = (position: Position, x: number, y: number): NonNullable<HandleBounds['source']>[number] =>
    ({ id: null, position, x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE }) as never
  const { source, target } = handlePositions[direction]
  return direction === 'across'
    ? { source: [handle(source, width, height / 2)], target: [handle(target, 0, height / 2)] }
    : { source: [handle(source, width / 2, height)], target: [handle(target, width / 2, 0)] }
}

/** The sides by which connections leave and reach a node. */
export const handlePositions = {
  across: { source: Position.Right, target: Position.Left },
  down: { source: Position.Bottom, target: Position.Top }
} as const satisfies Record<Direction, object>

/** The library's own descriptions are English words. */
const EDGE_ATTRIBUTES = markRaw({ 'aria-roledescription': undefined })
const NODE_ATTRIBUTES = markRaw({ ...EDGE_ATTRIBUTES, role: 'group' })

/**
 * A node for the library. `z`: what lies above what, where groups lie under what they hold.
 */
export function drawnNode(
  view: NodeView,
  position: Point,
  size: Size,
  direction: Direction,
  selected = false,
  z = 0
): DrawnNode {
  return {
    id: view.id,
    type: 'graph',
    position,
    // The library works it out only for nodes in view; connections need it for all.
    computedPosition: markRaw({ ...position, z }),
    zIndex: z,
    data: markRaw({ view }),
    style: markRaw({ width: `${size.width}px`, height: `${size.height}px` }),
    dimensions: markRaw({ ...size }),
    handleBounds: markRaw(bounds(size, direction)),
    sourcePosition: handlePositions[direction].source,
    targetPosition: handlePositions[direction].target,
    selected,
    ariaLabel: `${view.kind} ${view.name} ${view.shape ? formatShape(view.shape) : ''}`,
    domAttributes: NODE_ATTRIBUTES
  } as unknown as DrawnNode
}

/** A connection for the library. */
export function drawnEdge(
  id: string,
  { source, target }: { source: string; target: string },
  view: EdgeView,
  selected = false,
  z = 0
): DrawnEdge {
  return {
    id,
    source,
    target,
    type: 'graph',
    selected,
    zIndex: z,
    ariaLabel: [`${source} → ${target}`, view.label].filter(Boolean).join(', '),
    domAttributes: EDGE_ATTRIBUTES,
    data: markRaw(view)
  } as DrawnEdge
}

/** What did not change keeps its identity, so that it is neither compared nor drawn again. */
export class DrawnCache {
  private views = new Map<string, { text: string; view: NodeView }>()
  private nodes = new Map<string, DrawnNode>()
  private edges = new Map<string, DrawnEdge>()
  private read = new WeakMap<ArchitectureNode, NodeView>()

  /** As `nodeView`: a node that an edit has not touched is the same object. */
  base(node: ArchitectureNode, inBlock: boolean): NodeView {
    const known = this.read.get(node)
    if (known) return known
    const view = nodeView(node, inBlock)
    this.read.set(node, view)
    return view
  }

  view(view: NodeView): NodeView {
    const text = JSON.stringify(view)
    const known = this.views.get(view.id)
    if (known?.text === text) return known.view
    this.views.set(view.id, { text, view })
    return view
  }

  /** As `drawnNode`, of a view that has come from here. */
  node(...[view, position, size, direction, selected = false, z = 0]: Parameters<typeof drawnNode>): DrawnNode {
    const known = this.nodes.get(view.id)
    const isSame =
      known?.data.view === view &&
      known.position.x === position.x &&
      known.position.y === position.y &&
      known.dimensions.width === size.width &&
      known.dimensions.height === size.height &&
      known.targetPosition === handlePositions[direction].target &&
      known.selected === selected &&
      known.zIndex === z
    if (isSame) return known
    const node = drawnNode(view, position, size, direction, selected, z)
    this.nodes.set(view.id, node)
    return node
  }

  /** As `drawnEdge`. */
  edge(...[id, ends, view, selected = false, z = 0]: Parameters<typeof drawnEdge>): DrawnEdge {
    const known = this.edges.get(id)
    if (known && isSameEdge(known.data!, view) && known.selected === selected && known.zIndex === z) return known
    const edge = drawnEdge(id, ends, view, selected, z)
    this.edges.set(id, edge)
    return edge
  }
}

export const isSameEdge = (a: EdgeView, b: EdgeView): boolean =>
  a.label === b.label && a.route === b.route && a.change === b.change
