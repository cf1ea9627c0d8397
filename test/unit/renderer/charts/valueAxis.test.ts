import { expect, it } from 'vitest'
import type { Trace } from '../../../../src/renderer/charts/trace'
import { leaving, valueAxis, type Shown } from '../../../../src/renderer/charts/valueAxis'

const trace = (y: number[]): Trace => ({ x: Float64Array.from(y, (_, index) => index), y: Float64Array.from(y) })
const line = (...y: number[]): Shown => ({ trace: trace(y) })
const dots = (...y: number[]): Shown => ({ trace: trace(y), dots: true })
const number = { unit: 'number', ticks: 5 } as const

it('begins at zero and ends at the round number above', () => {
  expect(valueAxis([line(2.3, 1, 0.4)], null, number)).toMatchObject({ min: 0, max: 2.5, step: 0.5 })
})

it('never has more than all of a share, and on a part has what is there', () => {
  const share = { unit: 'share', ticks: 5 } as const
  expect(valueAxis([line(0.1, 0.38)], null, share)).toMatchObject({ min: 0, max: 0.4 })
  expect(valueAxis([line(0.1, 0.97)], null, share)).toMatchObject({ min: 0, max: 1 })
  const part = valueAxis([line(0.1, 0.82, 0.84, 0.2)], { from: 1, to: 2 }, share)
  expect(part.min).toBeGreaterThan(0.8)
  expect(part.max).toBeLessThan(0.86)
  // No share is above all.
  expect(valueAxis([line(0.99, 1)], { from: 0, to: 1 }, share).max).toBe(1)
})

it('is not flattened by a run that diverges, nor by a first test that is far off', () => {
  const diverged = line(2.3, 2.5, 4e5, 2.6e22)
  expect(valueAxis([line(2.3, 1, 0.5), line(2.4, 1.2, 0.6), diverged], null, number).max).toBeLessThan(10)
  // Of its own it is shown up to where that begins.
  expect(valueAxis([diverged], null, number).max).toBeLessThan(10)
  expect(valueAxis([line(2.3, 1, 0.5), dots(900, 1.2)], null, number).max).toBeLessThan(10)
  // Where the reader asks for them, they have their place.
  expect(valueAxis([line(2.3, 1), dots(900, 1.2)], null, { ...number, full: true }).max).toBeGreaterThanOrEqual(900)
})

it('takes in what is not far off: a bad test, a figure that grows', () => {
  expect(valueAxis([line(2.3, 1, 0.5), dots(5, 1.2)], null, number).max).toBeGreaterThanOrEqual(5)
  expect(valueAxis([line(0.01, 0.5, 0.8, 1, 0.9, 0.6, 0.2)], null, number).max).toBeGreaterThanOrEqual(1)
})

it('has room for the bands around means', () => {
  const band = { ...line(1, 1), low: Float64Array.of(0.5, 0.5), high: Float64Array.of(1.9, 1.4) }
  expect(valueAxis([band], null, number).max).toBeGreaterThanOrEqual(1.9)
})

it('holds all positive values on a logarithmic axis', () => {
  const axis = valueAxis([line(2.3, 0.004, 0), line(700)], null, { ...number, logarithmic: true })
  expect(axis).toMatchObject({ min: 0.002, max: 1000, logarithmic: true })
  expect(valueAxis([line(0, 0)], null, { ...number, logarithmic: true }).logarithmic).toBe(false)
})

it('is an axis even of nothing, and of values that are all one', () => {
  for (const lines of [[], [line(0, 0)], [line(5, 5)]]) {
    for (const range of [null, { from: 0, to: 1 }]) {
      const { min, max, ticks } = valueAxis(lines, range, number)
      expect(max).toBeGreaterThan(min)
      expect(ticks.length).toBeGreaterThan(1)
    }
  }
})

it('says where a line leaves the axis, and whether it comes back', () => {
  const axis = valueAxis([line(1, 0.5)], null, number)
  expect(leaving(trace([1, 0.5]), null, axis)).toBe(null)
  expect(leaving(trace([1, 50, 0.5]), null, axis)).toEqual({ from: 1, forGood: false, highest: 50 })
  expect(leaving(trace([1, 50, 70]), null, axis)).toEqual({ from: 1, forGood: true, highest: 70 })
  expect(leaving(trace([50, 1, 70]), null, axis)).toEqual({ from: 0, forGood: false, highest: 70 })
  // Only the part that is shown counts.
  expect(leaving(trace([1, 50, 0.5]), { from: 2, to: 3 }, axis)).toBe(null)
})
