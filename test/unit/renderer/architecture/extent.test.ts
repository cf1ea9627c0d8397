import { describe, expect, it } from 'vitest'
import { extentOf, isInView, keepInView } from '../../../../src/renderer/architecture/drawing/extent'

const node = (x: number, y: number, width = 200, height = 84) => ({ position: { x, y }, dimensions: { width, height } })

describe('the extent of a drawing', () => {
  it('holds all nodes', () => {
    expect(extentOf([node(-10, 5), node(300, 400, 100, 30)])).toEqual({ x: -10, y: 5, width: 410, height: 425 })
  })
})

describe('moving the view', () => {
  /** How much of a drawing from 0 to `size` is on a screen of 900 after a shift. */
  const seen = (shift: number, zoom: number, size: number): number =>
    Math.min(900, shift + size * zoom) - Math.max(0, shift)

  it('leaves a part of the drawing on the screen, whichever way and however far', () => {
    for (const zoom of [0.05, 0.3, 1, 2]) {
      for (const size of [100, 1000, 50_000]) {
        for (const wish of [-1e7, -3000, 0, 500, 1e7]) {
          const least = Math.min(size * zoom, 300)
          expect(seen(keepInView(wish, zoom, 0, size, 900), zoom, size)).toBeGreaterThanOrEqual(least - 1e-6)
        }
      }
    }
  })

  it('goes where it is wished inside these bounds', () => {
    expect(keepInView(120, 1, 0, 1000, 900)).toBe(120)
    expect(keepInView(-400, 1, 0, 1000, 900)).toBe(-400)
  })

  it('tells whether a node is on the screen', () => {
    const screen = { width: 800, height: 600 }
    expect(isInView(node(0, 0), { x: -199, y: 0, zoom: 1 }, screen)).toBe(true)
    expect(isInView(node(0, 0), { x: -201, y: 0, zoom: 1 }, screen)).toBe(false)
    expect(isInView(node(0, 0), { x: 0, y: 601, zoom: 1 }, screen)).toBe(false)
    expect(isInView(node(1000, 0), { x: 0, y: 0, zoom: 0.5 }, screen)).toBe(true)
  })
})
