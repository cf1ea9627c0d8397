import { expect, it } from 'vitest'
import { smooth, thin } from '../../../../src/renderer/charts/smoothing'

const line = (values: number[]) => values.map((y, x) => ({ x, y }))

it('starts at the first value and keeps a constant', () => {
  expect(smooth(line([5, 1]), 0.9)[0]).toEqual({ x: 0, y: 5 })
  for (const { y } of smooth(line([3, 3, 3, 3]), 0.9)) expect(y).toBeCloseTo(3, 12)
})

it('weighs the past as the debiased average does', () => {
  // (0.5 * 0.5 * 4 + 0.5 * 8) / (1 - 0.25)
  expect(smooth(line([4, 8]), 0.5)[1]!.y).toBeCloseTo(5 / 0.75, 12)
})

it('leaves out what is not finite, and nothing else', () => {
  expect(smooth(line([1, NaN, 3]), 0).map(({ x }) => x)).toEqual([0, 2])
})

it('thins to means of equal groups and keeps both ends', () => {
  const points = line(Array.from({ length: 1000 }, (_, index) => index))
  const thinned = thin(points, 102)
  expect(thinned.length).toBeLessThanOrEqual(102)
  expect(thinned[0]).toEqual(points[0])
  expect(thinned.at(-1)).toEqual(points.at(-1))
  for (const { x, y } of thinned) expect(y).toBeCloseTo(x, 9)
  expect(thin(line([1, 2]), 10)).toEqual(line([1, 2]))
})
