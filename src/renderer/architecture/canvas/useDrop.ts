import type { VueFlowStore } from '@vue-flow/core'
import { ref, type Ref } from 'vue'
import { edgeKey } from '../../../shared/architecture/topology'
import { useEditor } from '../../app/stores/editor'
import { insertItem } from '../editing/commands'
import { NODE_HEIGHT, NODE_WIDTH } from '../drawing/placement'
import { DRAG_TYPE, paletteItems } from '../editing/palette'
import { GRID } from './useCanvasKeys'

interface Drop {
  /** The connection under what is dragged. */
  overEdge: Ref<string | null>
  dragOver(event: DragEvent): void
  drop(event: DragEvent): void
}

/** What is dragged from the palette is put where it is dropped: into a connection, or beside the drawing. */
export function useDrop({ project, vueFlowRef }: Pick<VueFlowStore, 'project' | 'vueFlowRef'>): Drop {
  const editor = useEditor()
  const overEdge = ref<string | null>(null)

  function dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes(DRAG_TYPE)) return
    event.preventDefault()
    const line = document.elementFromPoint(event.clientX, event.clientY)?.closest('.vue-flow__edge')
    overEdge.value = line?.getAttribute('data-id') ?? null
  }

  function drop(event: DragEvent): void {
    const id = event.dataTransfer?.getData(DRAG_TYPE)
    const key = overEdge.value
    overEdge.value = null
    if (!id) return
    event.preventDefault()
    const item = paletteItems(editor.architecture, editor.drawing).find((one) => one.id === id)
    if (!item) return
    const edge = editor.graph.edges.find((one) => edgeKey(one) === key)
    const { left, top } = vueFlowRef.value!.getBoundingClientRect()
    const { x, y } = project({ x: event.clientX - left, y: event.clientY - top })
    const place = {
      x: Math.round((x - NODE_WIDTH / 2) / GRID) * GRID,
      y: Math.round((y - NODE_HEIGHT / 2) / GRID) * GRID
    }
    insertItem(item, edge ? { edge } : { place })
  }

  return { overEdge, dragOver, drop }
}
