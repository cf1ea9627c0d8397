import { describe, expect, it } from 'vitest'
import { bestEpoch, countedScore, divergenceLimit, isBetter, isDiverged, scoreOf } from '../../../src/shared/run/best'
import type { EpochMetrics } from '../../../src/shared/run/schema'

describe('the score of an epoch', () => {
  const figures = {
    loss: 1,
    trainAccuracy: 0.1,
    testLoss: 2,
    testAccuracy: 0.2,
    validationLoss: 3,
    validationAccuracy: null
  }

  it('turns a loss so that more is better', () => {
    expect(scoreOf(figures, 'testLoss')).toBe(-2)
    expect(scoreOf(figures, 'loss')).toBe(-1)
    expect(scoreOf(figures, 'testAccuracy')).toBe(0.2)
    expect(scoreOf(figures, 'validationLoss')).toBe(-3)
  })

  it('is none where the figure is missing or not finite', () => {
    expect(scoreOf(figures, 'validationAccuracy')).toBe(null)
    expect(scoreOf({ ...figures, loss: Infinity }, 'loss')).toBe(null)
  })

  it('does not count where the test loss is above 100 times that of guessing', () => {
    // 100 ln 10 = 230.2585...
    expect(divergenceLimit(10)).toBeCloseTo(230.2585, 4)
    expect(countedScore({ score: 0.2, testLoss: 230.25 }, 10)).toBe(0.2)
    expect(countedScore({ score: 0.2, testLoss: 230.26 }, 10)).toBe(null)
    expect(countedScore({ score: 0.2, testLoss: 2.6e22 }, 10)).toBe(null)
    expect(countedScore({ score: null, testLoss: 1 }, 10)).toBe(null)
    expect([69, 70].map((testLoss) => isDiverged({ testLoss }, 2))).toEqual([false, true])
  })
})

describe('the best epoch', () => {
  const epochs = (...scores: (number | null)[]) =>
    scores.map((score, epoch) => ({ epoch, score, testLoss: 1 })) as EpochMetrics[]
  const best = (...scores: (number | null)[]) => bestEpoch(epochs(...scores), 10)?.epoch ?? null

  it('is the earliest of the highest scores; null is never it', () => {
    expect(best(0.3, 0.5, 0.5, 0.4)).toBe(1)
    expect(best(null, -3, null, -2, -2)).toBe(3)
    expect(best(null, 0)).toBe(1)
    expect(best(null, null)).toBe(null)
    expect(best()).toBe(null)
  })

  it('is never one that has diverged', () => {
    const [first, second, third] = epochs(0.9, 0.1, 0.2)
    expect(bestEpoch([{ ...first!, testLoss: 1e9 }, second!, { ...third!, testLoss: 231 }], 10)).toBe(second)
    expect(bestEpoch([{ ...first!, testLoss: 1e9 }], 10)).toBe(null)
  })

  it('is beaten only by more than the margin', () => {
    expect(isBetter(0.6, 0.5, 0.1)).toBe(false)
    expect(isBetter(0.61, 0.5, 0.1)).toBe(true)
    expect(isBetter(0.5, 0.5)).toBe(false)
    expect(isBetter(-5, null, 0.1)).toBe(true)
    expect(isBetter(null, null)).toBe(false)
  })
})
