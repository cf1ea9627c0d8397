import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeWindow, type Area } from '../../src/main/windowPlace'

const area = (width: number, height: number, x = 0, y = 0): Area => ({ x, y, width, height })
const inside = (inner: Area, outer: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

describe('the window', () => {
  it.each([
    ['1366x768 at 150 % with a task bar', area(911, 472)],
    ['1920x1080 at 200 % with a task bar', area(960, 500)],
    ['a screen larger than it was', area(1920, 1040)]
  ])('at its first start fits the work area of %s, and may be made no larger by its minimum', (_, work) => {
    const { bounds, minWidth, minHeight } = placeWindow({ width: 1280, height: 800 }, [work])
    expect(inside(bounds, work)).toBe(true)
    expect([bounds.width, bounds.height]).toEqual([Math.min(1280, work.width), Math.min(800, work.height)])
    expect(minWidth).toBeLessThanOrEqual(work.width)
    expect(minHeight).toBeLessThanOrEqual(work.height)
  })

  it('opens where it was', () => {
    const former = area(1000, 700, 300, 120)
    expect(placeWindow(former, [area(1920, 1040)])).toEqual({ bounds: former, minWidth: 900, minHeight: 600 })
  })

  it('comes back from a screen that is gone, and from beyond an edge', () => {
    const work = area(1920, 1040)
    expect(placeWindow(area(1000, 700, 2500, 100), [work]).bounds).toEqual(area(1000, 700, 460, 170))
    expect(placeWindow(area(1000, 700, -600, 900), [work]).bounds).toEqual(area(1000, 700, 0, 340))
  })

  it('stays on the second screen, left of the first, where most of it was', () => {
    const second = area(1280, 1000, -1280, 24)
    expect(placeWindow(area(1000, 700, -900, 100), [area(1920, 1040), second]).bounds).toEqual(
      area(1000, 700, -1000, 100)
    )
  })

  it('lies within one work area wherever it was and however screens stand', () => {
    const side = fc.integer({ min: 320, max: 5000 })
    const place = fc.integer({ min: -6000, max: 6000 })
    const areas = fc.record({ x: place, y: place, width: side, height: side })
    const former = fc.record({
      x: fc.option(place, { nil: undefined }),
      y: fc.option(place, { nil: undefined }),
      width: fc.integer({ min: 400, max: 20_000 }),
      height: fc.integer({ min: 300, max: 20_000 })
    })
    fc.assert(
      fc.property(former, areas, fc.array(areas, { maxLength: 2 }), (was, first, others) => {
        const { bounds, minWidth, minHeight } = placeWindow(was, [first, ...others])
        expect([first, ...others].some((one) => inside(bounds, one))).toBe(true)
        expect(bounds.width).toBeGreaterThanOrEqual(minWidth)
        expect(bounds.height).toBeGreaterThanOrEqual(minHeight)
      })
    )
  })
})
