import { markRaw } from 'vue'
import { MarkerType, Position, type Edge as FlowEdge, type GraphNode } from '@vue-flow/core'
import { formatShape } from '../../../shared/architecture/problems'
import type { Edge } from '../../../shared/architecture/schema'
import { edgeKey } from '../../../shared/architecture/topology'
import { useEditor } from '../../app/stores/editor'
import { nodeView, type NodeView } from './nodeView'
import { sizeOf, type Placement } from '../drawing/placement'

export type CanvasNode = GraphNode<{ view: NodeView }>
export type CanvasEdge = FlowEdge<{
  edge: Edge
  label: string
  route: Placement['routes'] extends ReadonlyMap<string, infer R> ? R | null : never
}>

const HANDLE = 10
type HandleBounds = GraphNode['handleBounds']

// All of it is raw, as the library's own values are: a proxy around each would be asked hundreds of times a frame.

/** Sizes are fixed, so that nothing has to be measured before it can be shown, or need not be. */
function bounds(width: number, height: number): HandleBounds {
  const handle = (position: Position, y: number): NonNullable<HandleBounds['source']>[number] =>
    ({ id: null, position, x: (width - HANDLE) / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE }) as never
  return { source: [handle(Position.Bottom, height)], target: [handle(Position.Top, 0)] }
}

/** Views that did not change keep their identity, so that their nodes are not drawn again. */
export class ViewCache {
  private views = new Map<string, { text: string; view: NodeView }>()

  keep(view: NodeView): NodeView {
    const text = JSON.stringify(view)
    const known = this.views.get(view.id)
    if (known?.text === text) return known.view
    this.views.set(view.id, { text, view })
    return view
  }
}

type Editor = ReturnType<typeof useEditor>

/** What the canvas draws of the shown drawing. */
export function canvasNodes(
  editor: Editor,
  { places }: Pick<Placement, 'places'>,
  bars: 'parameters' | 'multiplyAdds' | 'off',
  notice: (id: string) => Pick<NodeView, 'severity' | 'notice'>,
  cache: ViewCache
): CanvasNode[] {
  const { nodes } = editor.graph
  const summaries = nodes.map(({ id }) => editor.summaryOf(id))
  const cost = (index: number): number => (bars === 'off' ? 0 : (summaries[index]?.[bars] ?? 0))
  const largest = Math.max(1, ...nodes.map((_, index) => cost(index)))
  return nodes.map((node, index) => {
    const figures = editor.figures.get(editor.pathOf(node.id) ?? '')
    const share = cost(index) / largest
    const view = cache.keep(
      nodeView(node, summaries[index], figures, { share, ...notice(node.id) }, editor.drawing !== null)
    )
    const { width, height } = sizeOf(node)
    const position = places.get(node.id) ?? { x: 0, y: 0 }
    return {
      id: node.id,
      type: 'editor',
      position,
      // The library works it out only for nodes in view; connections need it for all.
      computedPosition: markRaw({ ...position, z: 0 }),
      data: markRaw({ view }),
      style: markRaw({ width: `${width}px`, height: `${height}px` }),
      dimensions: markRaw({ width, height }),
      handleBounds: markRaw(bounds(width, height)),
      selected: editor.selection.has(node.id),
      ariaLabel: `${view.kind} ${view.id} ${view.shape ? formatShape(view.shape) : ''}`
    } as unknown as CanvasNode
  })
}

export function canvasEdges(editor: Editor, { routes }: Pick<Placement, 'routes'>): CanvasEdge[] {
  const chosen = new Set(editor.selectedEdges.map(edgeKey))
  return editor.graph.edges.map((edge) => {
    const key = edgeKey(edge)
    const shape = editor.summaryOf(edge.source)?.outputShape
    return {
      id: key,
      source: edge.source,
      target: edge.target,
      type: 'editor',
      markerEnd: MarkerType.ArrowClosed,
      selected: chosen.has(key),
      data: markRaw({ edge, label: shape ? formatShape(shape) : '', route: routes.get(key) ?? null })
    }
  })
}
