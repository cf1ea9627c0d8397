import type { EdgeChange, NodeChange, VueFlowStore } from '@vue-flow/core'
import { nextTick, watch } from 'vue'
import { edgeKey } from '../../../shared/architecture/topology'
import { useEditor } from '../../app/stores/editor'

/**
 * What is selected in the store is selected on the canvas and the other way round.
 * `reveal` is asked to show the one node that is selected.
 */
export function useSelection(flow: VueFlowStore, reveal: (id: string) => void): void {
  const editor = useEditor()
  const { findNode, findEdge } = flow

  watch([() => editor.selection, () => editor.selectedEdges], ([selection, chosen], [former, formerEdges]) => {
    for (const id of new Set([...selection, ...former])) {
      const node = findNode(id)
      if (node) node.selected = selection.has(id)
    }
    const keys = new Set(chosen.map(edgeKey))
    for (const key of new Set([...keys, ...formerEdges.map(edgeKey)])) {
      const edge = findEdge(key)
      if (edge) edge.selected = keys.has(key)
    }
    const [only] = selection
    if (selection.size === 1) void nextTick(() => reveal(only!))
  })

  // Changes come in bursts; the store hears of the last.
  let gathering = false
  function gather(changes: readonly (NodeChange | EdgeChange)[]): void {
    if (gathering || !changes.some(({ type }) => type === 'select')) return
    gathering = true
    queueMicrotask(() => {
      gathering = false
      const chosen = editor.graph.nodes.filter(({ id }) => findNode(id)?.selected).map(({ id }) => id)
      const lines = editor.graph.edges.filter((edge) => findEdge(edgeKey(edge))?.selected)
      const same = chosen.length === editor.selection.size && chosen.every((id) => editor.selection.has(id))
      if (same && lines.map(edgeKey).join() === editor.selectedEdges.map(edgeKey).join()) return
      editor.select(chosen, lines)
    })
  }
  flow.onNodesChange(gather)
  flow.onEdgesChange(gather)

  // A click on one of several selected nodes leaves that one; the library would keep all.
  flow.onNodeClick(({ node, event: { ctrlKey, metaKey, shiftKey } }) => {
    if (!ctrlKey && !metaKey && !shiftKey && editor.selection.size > 1) editor.select([node.id])
  })
}
