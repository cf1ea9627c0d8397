import type { VueFlowStore } from '@vue-flow/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { extentOf, keepInView } from './extent'
import type { DrawnNode } from './flow'
import type { Rect } from './layout'

/** The least zoom of a canvas on which little is drawn. */
const SMALLEST = 0.25
/** What is drawn whole can still be drawn that much smaller. */
const BELOW_WHOLE = 0.7
/** Room around what is shown whole. */
const MARGIN = 24

type Corners = [[number, number], [number, number]]
/** As the library's own library for moving and zooming has it. */
interface Transform {
  x: number
  y: number
  k: number
  translate(x: number, y: number): Transform
}

interface View {
  /** What the nodes take up that the view is bound to. */
  extent: ShallowRef<Rect | null>
  reveal(node: DrawnNode): void
  show(nodes: readonly DrawnNode[], least: number): boolean
  bound(nodes: readonly DrawnNode[]): void
}

/** Which part of a drawing is seen, and how large. */
export function useView({
  d3Zoom,
  dimensions,
  viewport,
  setMinZoom,
  setViewport
}: Pick<VueFlowStore, 'd3Zoom' | 'dimensions' | 'viewport' | 'setMinZoom' | 'setViewport'>): View {
  const extent = shallowRef<Rect | null>(null)

  // Moved by wheel, hand or map, a part of the drawing stays on the screen. The library's own extent of what can be seen
  // is as large at any zoom.
  const constrain = (transform: Transform, [[left, top], [right, bottom]]: Corners): Transform => {
    if (extent.value === null) return transform
    const { x, y, k } = transform
    const { x: from, y: above, width, height } = extent.value
    const toX = keepInView(x, k, from, from + width, right - left)
    const toY = keepInView(y, k, above, above + height, bottom - top)
    return toX === x && toY === y ? transform : transform.translate((toX - x) / k, (toY - y) / k)
  }
  watch(d3Zoom, (zooming) => zooming?.constrain(constrain))

  /** The zoom at which nodes are seen whole; at most their own size. */
  function whole(nodes: readonly DrawnNode[]): number {
    const { width, height } = extentOf(nodes)
    const across = (dimensions.value.width - 2 * MARGIN) / width
    const down = (dimensions.value.height - 2 * MARGIN) / height
    return Math.min(1, across, down)
  }

  /** The view stays with these nodes: neither moved off them nor so far away that they are a dot. */
  function bound(nodes: readonly DrawnNode[]): void {
    extent.value = nodes.length > 0 ? extentOf(nodes) : null
    if (nodes.length > 0 && dimensions.value.width > 0) setMinZoom(Math.min(SMALLEST, whole(nodes) * BELOW_WHOLE))
  }

  /** Moves the view where a node is not in it. */
  function reveal({ position, dimensions: size }: DrawnNode): void {
    const { x, y, zoom } = viewport.value
    const [left, top] = [position.x * zoom + x, position.y * zoom + y]
    const { width, height } = dimensions.value
    const inside = left > 0 && top > 0 && left + size.width * zoom < width && top + size.height * zoom < height
    if (inside || width === 0) return
    void setViewport({
      x: width / 2 - (position.x + size.width / 2) * zoom,
      y: height / 2 - (position.y + size.height / 2) * zoom,
      zoom
    })
  }

  /** Shows nodes whole, but no smaller than `least` (then where they begin); false while the canvas has no size. */
  function show(nodes: readonly DrawnNode[], least: number): boolean {
    if (dimensions.value.width === 0 || nodes.length === 0) return false
    const { x, y, width, height } = extentOf(nodes)
    const zoom = Math.min(1, Math.max(whole(nodes), least))
    const free = { across: dimensions.value.width - width * zoom, down: dimensions.value.height - height * zoom }
    bound(nodes)
    void setViewport({
      x: Math.max(MARGIN, free.across / 2) - x * zoom,
      y: Math.max(MARGIN, free.down / 2) - y * zoom,
      zoom
    })
    return true
  }

  return { extent, bound, reveal, show }
}
