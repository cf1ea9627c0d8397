import { expect, it } from 'vitest'
import { smooth } from '../../../../src/renderer/charts/smoothing'

it('starts at the first value and keeps a constant', () => {
  expect(smooth(Float64Array.of(5, 1), 0.9)[0]).toBeCloseTo(5, 12)
  for (const value of smooth(Float64Array.of(3, 3, 3, 3), 0.9)) expect(value).toBeCloseTo(3, 12)
})

it('weighs the past as the debiased average does', () => {
  // (0.5 * 0.5 * 4 + 0.5 * 8) / (1 - 0.25)
  expect(smooth(Float64Array.of(4, 8), 0.5)[1]).toBeCloseTo(5 / 0.75, 12)
})

it('changes nothing without weight, and counts a group as its values', () => {
  expect([...smooth(Float64Array.of(1, 7, 3), 0)]).toEqual([1, 7, 3])
  const singles = smooth(Float64Array.of(1, 5, 5, 5), 0.8)
  expect(smooth(Float64Array.of(1, 5), 0.8, [1, 3])[1]).toBeCloseTo(singles[3]!, 12)
})
