import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { i18n } from '../../../../src/renderer/app/i18n'
import {
  linearTicks,
  logarithmicText,
  logarithmicTicks,
  niceStep,
  tickText
} from '../../../../src/renderer/charts/ticks'

beforeEach(() => void (i18n.global.locale.value = 'en'))

/** The texts of an axis from `min` to `max`. */
function texts(min: number, max: number, unit: 'number' | 'share' = 'number', count = 6): string[] {
  const step = niceStep(max - min, count)
  const ticks = linearTicks(min, max, step)
  const largest = Math.max(Math.abs(min), Math.abs(max))
  return ticks.map((value) => tickText(value, step, largest, unit))
}

it('steps by 1, 2 or 5 times a power of ten, and wholly where there is nothing between', () => {
  expect(niceStep(10, 5)).toBe(2)
  expect(niceStep(0.3, 3)).toBeCloseTo(0.1, 12)
  expect(niceStep(7, 3)).toBe(5)
  expect(niceStep(3, 6)).toBe(0.5)
  expect(niceStep(3, 6, true)).toBe(1)
})

it('has as many digits as tell neighbours apart', () => {
  expect(texts(0, 2.5)).toEqual(['0', '0.5', '1.0', '1.5', '2.0', '2.5'])
  expect(texts(0.001, 0.0012)).toEqual(['0.00100', '0.00105', '0.00110', '0.00115', '0.00120'])
  expect(texts(0, 0.00003)[1]).toBe('5e-6')
  expect(texts(0, 50_000)).toEqual(['0', '10,000', '20,000', '30,000', '40,000', '50,000'])
  expect(texts(0, 1_200_000)).toEqual(['0', '200K', '400K', '600K', '800K', '1M', '1.2M'])
  expect(texts(1_234_000, 1_234_500)[1]).toBe('1.2341M')
  expect(texts(0, 2.6e22)[1]).toBe('5e21')
  expect(texts(0.905, 0.915, 'share')).toEqual(['90.6%', '90.8%', '91.0%', '91.2%', '91.4%'])
})

it('gives no two ticks of an axis one text, and none that its room does not hold', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -12, max: 22, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 2, max: 9 }),
      (power, begin, count) => {
        const max = 10 ** power
        const min = max * begin * 0.99
        const all = texts(min, max, 'number', count)
        expect(new Set(all).size).toBe(all.length)
        for (const text of all) expect(text.length).toBeLessThanOrEqual(9)
      }
    )
  )
})

it('writes powers of ten on a logarithmic axis, and what lies between where there is room', () => {
  expect(logarithmicTicks(0.1, 10, 9)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10])
  expect(logarithmicTicks(1e-8, 1e8, 6)).toEqual([1e-8, 1e-5, 1e-2, 1e1, 1e4, 1e7])
  expect([0.5, 0.02, 1e-5, 2e6].map((value) => logarithmicText(value, 'number'))).toEqual(['0.5', '0.02', '1e-5', '2M'])
})

it('follows the language', () => {
  i18n.global.locale.value = 'zh-CN'
  expect(texts(0, 1_200_000)[1]).toBe('20万')
})
