import type { Rect } from './layout'

/** A part of the plane on the screen: where its origin is, and how large it is drawn. */
export interface Viewport {
  x: number
  y: number
  zoom: number
}

interface Placed {
  position: { x: number; y: number }
  dimensions: { width: number; height: number }
}

/** What nodes take up together. */
export function extentOf(nodes: readonly Placed[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { position, dimensions } of nodes) {
    left = Math.min(left, position.x)
    top = Math.min(top, position.y)
    right = Math.max(right, position.x + dimensions.width)
    bottom = Math.max(bottom, position.y + dimensions.height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Whether any part of a node is on the screen. */
export const isInView = (
  { position, dimensions }: Placed,
  { x, y, zoom }: Viewport,
  screen: { width: number; height: number }
): boolean =>
  position.x * zoom + x < screen.width &&
  position.y * zoom + y < screen.height &&
  (position.x + dimensions.width) * zoom + x > 0 &&
  (position.y + dimensions.height) * zoom + y > 0

/** How much of the screen stays with the drawing wherever that is moved; all of the drawing where that is smaller. */
const SHARE = 1 / 3

/** A shift of an axis that leaves enough of what lies between two places on a screen of a length. */
export function keepInView(shift: number, zoom: number, from: number, to: number, length: number): number {
  const kept = Math.min((to - from) * zoom, length * SHARE)
  return Math.min(length - kept - from * zoom, Math.max(kept - to * zoom, shift))
}
