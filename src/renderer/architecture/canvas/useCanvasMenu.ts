import { nextTick, type Ref } from 'vue'
import { edgeKey } from '../../../shared/architecture/topology'
import { useEditor } from '../../app/stores/editor'
import type ContextMenu from '../../ui/ContextMenu.vue'
import { commandsFor, useMenuItems } from '../editing/menu'

/**
 * What a right click on the canvas offers: it selects what is under it, and offers what can be done with it. By key it
 * is what is selected.
 */
export function useCanvasMenu(menu: Readonly<Ref<InstanceType<typeof ContextMenu> | null>>) {
  const editor = useEditor()
  const itemsOf = useMenuItems()

  function choose(target: Element): void {
    const node = target.closest('.vue-flow__node')?.getAttribute('data-id')
    if (node != null) {
      if (!editor.selection.has(node)) editor.select([node])
      return
    }
    const line = target.closest('.vue-flow__edge')?.getAttribute('data-id')
    if (line != null) {
      editor.select(
        [],
        editor.graph.edges.filter((edge) => edgeKey(edge) === line)
      )
      return
    }
    // A frame around several stands over them.
    if (!target.closest('.vue-flow__nodesselection')) editor.select([])
  }

  return async (event: MouseEvent): Promise<void> => {
    event.preventDefault()
    const canvas = event.currentTarget as HTMLElement
    const target = event.target as Element
    // By key it comes from the canvas itself, which has the focus; the mouse meets what lies in it.
    if (target !== canvas) choose(target)
    await nextTick()
    const items = itemsOf(commandsFor(editor.selected, editor.selectedEdges.length > 0))
    const chosen = canvas.querySelector('.vue-flow__node.selected, .vue-flow__edge.selected')
    await menu.value?.open(event, items, chosen)
  }
}
