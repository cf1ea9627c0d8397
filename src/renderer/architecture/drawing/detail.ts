import type { Size } from './layout'

/** How much nodes show, the least first: their kind; and name; and output shape; and all that is known. */
export const details = ['kinds', 'names', 'shapes', 'figures'] as const

/** What the zoom lets nodes show, in the measures of the drawing, so that it is of some size on the screen. */
export interface Detail {
  level: (typeof details)[number]
  /** Size of text. */
  text: number
  /** What is a pixel on the screen; never below one of the drawing. */
  pixel: number
}

/** Zoom from which everything is shown, in the size it was designed in. */
const WHOLE = 0.75
const TEXT = 12
/** The least that is pleasant to read on the screen. */
const READABLE = 9.5
/** Heights of lines of text that is that small: three of them stand in a node, or two, or one. */
const THREE_LINES = 36
const TWO_LINES = 22

/** Zooms between which nothing changes are a part of a doubling apart: text grows in steps that are not seen. */
const STEPS = 8
const stepBelow = (zoom: number): number => 2 ** (Math.floor(Math.log2(zoom) * STEPS + 1e-6) / STEPS)

/** The least zoom at which nodes of a height show their names and shapes. */
export const readableZoom = (height: number): number => THREE_LINES / height

/** Letters of a kind's short name: as wide as a part of their size each. */
const SHORT_WIDTH = 3.2

/** What nodes of a size show at a zoom. A text is as large as the room for its lines lets it be. */
export function detailAt(zoom: number, { width, height }: Size): Detail {
  const step = stepBelow(zoom)
  const pixel = Math.max(1, 1 / step)
  if (zoom >= WHOLE) return { level: 'figures', text: TEXT, pixel }
  const room = height * step
  const sized = (level: Detail['level'], size: number): Detail => ({ level, text: size / step, pixel })
  if (height * zoom >= THREE_LINES) return sized('shapes', Math.min(TEXT, Math.max(READABLE, room / 3.8)))
  if (height * zoom >= TWO_LINES) return sized('names', Math.min(TEXT, Math.max(READABLE, room / 2.4)))
  return sized('kinds', Math.min(READABLE + 0.5, room * 0.95, (width * step) / SHORT_WIDTH))
}
