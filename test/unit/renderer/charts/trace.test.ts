import fc from 'fast-check'
import { expect, it } from 'vitest'
import { enveloped, inside, nearest, thinned, traceOf, type Trace } from '../../../../src/renderer/charts/trace'

const line = (y: number[], x = y.map((_, index) => index)): Trace => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y)
})

it('takes points in any order and leaves out what is not finite', () => {
  const trace = traceOf([
    { x: 3, y: 1 },
    { x: NaN, y: 1 },
    { x: 1, y: 2 },
    { x: 2, y: Infinity }
  ])
  expect([...trace.x]).toEqual([1, 3])
  expect([...trace.y]).toEqual([2, 1])
})

it('finds the points of a range, its ends and equal places included', () => {
  const trace = line([0, 0, 0, 0, 0], [1, 2, 2, 3, 5])
  expect(inside(trace, null)).toEqual({ start: 0, end: 5 })
  expect(inside(trace, { from: 2, to: 2 })).toEqual({ start: 1, end: 3 })
  expect(inside(trace, { from: 3.5, to: 4 })).toEqual({ start: 4, end: 4 })
})

it('runs to the edges of a plot: one more point at each side', () => {
  expect(thinned(line([0, 1, 2, 3, 4]), { from: 1.5, to: 2.5 }, 100).map(({ x }) => x)).toEqual([1, 2, 3])
})

it('thins to means, which keep a line’s level, and keeps both ends', () => {
  const trace = line(Array.from({ length: 1000 }, (_, index) => index))
  const points = thinned(trace, null, 100)
  expect(points.length).toBeLessThanOrEqual(103)
  expect(points[0]).toEqual({ x: 0, y: 0 })
  expect(points.at(-1)).toEqual({ x: 999, y: 999 })
  for (const { x, y } of points) expect(y).toBeCloseTo(x, 9)
})

it('loses no peak of a restless line, whatever its distances', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -1000, max: 1000 })), { minLength: 1 }),
      fc.integer({ min: 2, max: 20 }),
      (steps, cells) => {
        let at = 0
        const trace = line(
          steps.map(([, y]) => y),
          steps.map(([away]) => (at += away))
        )
        const y = enveloped(trace, null, cells).map((point) => point.y)
        expect(Math.max(...y)).toBe(Math.max(...trace.y))
        expect(Math.min(...y)).toBe(Math.min(...trace.y))
        expect(y.length).toBeLessThanOrEqual(2 * cells + 2)
      }
    )
  )
})

it('draws the limits of what a point stands for', () => {
  const trace = { ...line([2, 2]), low: Float64Array.of(1, 0), high: Float64Array.of(9, 3) }
  expect(new Set(enveloped(trace, null, 10).map(({ y }) => y))).toEqual(new Set([1, 9, 0, 3]))
})

it('finds the point next to a place, and none where the line does not reach', () => {
  const trace = line([0, 0, 0], [10, 20, 30])
  expect(nearest(trace, 14, 0)).toBe(0)
  expect(nearest(trace, 16, 0)).toBe(1)
  expect(nearest(trace, 39, 0)).toBe(2)
  expect(nearest(trace, 41, 0)).toBe(null)
  expect(nearest(trace, 41, 12)).toBe(2)
  expect(nearest(line([1], [5]), 6, 0)).toBe(null)
  expect(nearest(line([]), 0, 10)).toBe(null)
})
