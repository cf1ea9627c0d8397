import type { VueFlowStore } from '@vue-flow/core'
import { ref, type Ref, type ShallowRef } from 'vue'
import { moveNodes } from '../../../shared/architecture/edit'
import { useEditor } from '../../app/stores/editor'
import { listNames } from '../editing/commands'
import type { Placement, Point } from '../drawing/layout'

interface Moving {
  /** Snapping is on only then: it would move what the layout has placed. */
  dragging: Ref<boolean>
  /** Sets places by hand; steps with the same `merge` in a row are undone together. */
  move(places: ReadonlyMap<string, Point>, merge?: string | null): void
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) })

/** Nodes are moved by hand. */
export function useMoving(flow: VueFlowStore, placement: ShallowRef<Placement>): Moving {
  const editor = useEditor()
  const dragging = ref(false)

  function move(places: ReadonlyMap<string, Point>, merge: string | null = null): void {
    // The first time all others are kept where they are too.
    const all = new Map([...placement.value.places].map(([id, place]) => [id, rounded(place)]))
    for (const [id, place] of places) all.set(id, place)
    const name = listNames([...places.keys()])
    editor.edit({ code: 'move', parameters: { name } }, (before) => moveNodes(before, editor.drawing, all), merge)
  }

  function dragged({ nodes }: { nodes: readonly { id: string; position: Point }[] }): void {
    dragging.value = false
    const places = new Map(nodes.map(({ id, position }) => [id, rounded(position)]))
    const still = [...places].every(([id, { x, y }]) => {
      const known = placement.value.places.get(id)
      const before = known && rounded(known)
      return before?.x === x && before.y === y
    })
    if (!still) move(places)
  }
  const begin = (): void => void (dragging.value = true)
  flow.onNodeDragStart(begin)
  flow.onSelectionDragStart(begin)
  flow.onNodeDragStop(dragged)
  flow.onSelectionDragStop(dragged)

  return { dragging, move }
}
