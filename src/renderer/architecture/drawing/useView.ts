import type { VueFlowStore } from '@vue-flow/core'
import type { DrawnNode } from './flow'

/** The least zoom of a canvas. */
export const SMALLEST = 0.05

interface View {
  reveal(node: DrawnNode): void
  show(nodes: readonly DrawnNode[], least: number): boolean
}

/** Which part of a drawing is seen, and how large. */
export function useView({
  dimensions,
  viewport,
  setViewport
}: Pick<VueFlowStore, 'dimensions' | 'viewport' | 'setViewport'>): View {
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

  /** Shows nodes whole, but no smaller than `least` (then their top); false while the canvas has no size. */
  function show(nodes: readonly DrawnNode[], least: number): boolean {
    const { width, height } = dimensions.value
    if (width === 0 || nodes.length === 0) return false
    const left = Math.min(...nodes.map(({ position }) => position.x))
    const right = Math.max(...nodes.map((node) => node.position.x + node.dimensions.width))
    const top = Math.min(...nodes.map(({ position }) => position.y))
    const bottom = Math.max(...nodes.map((node) => node.position.y + node.dimensions.height))
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
