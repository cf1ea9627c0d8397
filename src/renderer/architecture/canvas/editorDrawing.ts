import { formatShape } from '../../../shared/architecture/problems'
import { edgeKey } from '../../../shared/architecture/topology'
import type { useEditor } from '../../app/stores/editor'
import { bandsOf, pictureSize, type Band } from '../drawing/bands'
import type { DrawnCache, DrawnEdge, DrawnNode } from '../drawing/flow'
import { costs, type NodeView } from '../drawing/nodeView'
import type { Placement } from '../drawing/layout'
import type { EditorPlacement } from './usePlacement'
import { sizeOf } from '../drawing/placement'

type Editor = ReturnType<typeof useEditor>

/** The nodes of the drawing that is shown, with what they cost and what is wrong with them. */
export function editorNodes(
  editor: Editor,
  { places, direction }: Placement,
  bars: 'parameters' | 'multiplyAdds' | 'off',
  notice: (id: string) => Pick<NodeView, 'severity' | 'notice'>,
  cache: DrawnCache
): DrawnNode[] {
  const { nodes } = editor.graph
  const summaries = nodes.map(({ id }) => editor.summaryOf(id))
  const cost = (index: number): number => (bars === 'off' ? 0 : (summaries[index]?.[bars] ?? 0))
  const largest = Math.max(1, ...nodes.map((_, index) => cost(index)))
  return nodes.map((node, index) => {
    const view = cache.view({
      ...cache.base(node, editor.drawing !== null),
      ...costs(summaries[index], editor.figures.get(editor.pathOf(node.id) ?? '')),
      ...notice(node.id),
      share: cost(index) / largest
    })
    const place = places.get(node.id) ?? { x: 0, y: 0 }
    return cache.node(view, place, sizeOf(node), direction, editor.selection.has(node.id))
  })
}

/** Its connections, with the shapes of what runs along them. */
export function editorEdges(editor: Editor, { routes, direction }: Placement, cache: DrawnCache): DrawnEdge[] {
  const chosen = new Set(editor.selectedEdges.map(edgeKey))
  return editor.graph.edges.map((edge) => {
    const key = edgeKey(edge)
    // From left to right there is no room for it between two nodes.
    const shape = direction === 'down' ? editor.summaryOf(edge.source)?.outputShape : null
    const view = { label: shape ? formatShape(shape) : '', route: routes.get(key) ?? null, change: 'same' as const }
    return cache.edge(key, edge, view, chosen.has(key))
  })
}

/** Its stages of equal picture size; those of a drawing placed by hand are not known. */
export function editorBands(editor: Editor, { layout }: EditorPlacement): Band[] {
  if (!layout) return []
  return bandsOf(layout, (id) => pictureSize(editor.summaryOf(id)?.outputShape))
}
