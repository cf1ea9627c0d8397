import type { VueFlowStore } from '@vue-flow/core'
import type { ShallowRef } from 'vue'
import { useEditor } from '../../app/stores/editor'
import { NODE_HEIGHT, NODE_WIDTH, sizeOf, type Placement } from '../drawing/placement'

/** The least zoom of the canvas. */
export const SMALLEST = 0.05

interface View {
  reveal(id: string): void
  show(least: number): boolean
}

/** Which part of the drawing is seen, and how large. */
export function useView(
  { dimensions, viewport, setViewport }: Pick<VueFlowStore, 'dimensions' | 'viewport' | 'setViewport'>,
  placement: ShallowRef<Placement>
): View {
  const editor = useEditor()

  /** Moves the view where a node is not in it. */
  function reveal(id: string): void {
    const place = placement.value.places.get(id)
    if (!place) return
    const { x, y, zoom } = viewport.value
    const [left, top] = [place.x * zoom + x, place.y * zoom + y]
    const { width, height } = dimensions.value
    const inside = left > 0 && top > 0 && left + NODE_WIDTH * zoom < width && top + NODE_HEIGHT * zoom < height
    if (inside || width === 0) return
    void setViewport({
      x: width / 2 - (place.x + NODE_WIDTH / 2) * zoom,
      y: height / 2 - (place.y + NODE_HEIGHT / 2) * zoom,
      zoom
    })
  }

  /** Shows the drawing whole, but no smaller than `least` (then its top); false while its places are not known. */
  function show(least: number): boolean {
    const { width, height } = dimensions.value
    const { places } = placement.value
    if (width === 0 || editor.graph.nodes.some(({ id }) => !places.has(id))) return false
    const boxes = editor.graph.nodes.map((node) => ({ ...places.get(node.id)!, ...sizeOf(node) }))
    const left = Math.min(...boxes.map(({ x }) => x))
    const right = Math.max(...boxes.map((box) => box.x + box.width))
    const top = Math.min(...boxes.map(({ y }) => y))
    const bottom = Math.max(...boxes.map((box) => box.y + box.height))
    const margin = 24
    // What is too wide is hard to read in parts; what is too high is read from its top.
    const across = (width - 2 * margin) / (right - left + 60)
    const down = (height - 2 * margin) / (bottom - top)
    const zoom = Math.min(1, Math.max(across, SMALLEST), Math.max(down, least))
    const free = height - (bottom - top) * zoom
    void setViewport({
      x: width / 2 - ((left + right) / 2) * zoom,
      y: Math.max(margin, free / 2) - top * zoom,
      zoom
    })
    return true
  }

  return { reveal, show }
}
