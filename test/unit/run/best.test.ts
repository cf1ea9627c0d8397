import { describe, expect, it } from 'vitest'
import { bestOf, divergenceLimit, isBetter, isDiverged, scoreOf } from '../../../src/shared/run/best'

const figures = {
  loss: 1,
  trainAccuracy: 0.1,
  testLoss: 2,
  testAccuracy: 0.2,
  validationLoss: 3,
  validationAccuracy: null
}

describe('the score of an epoch', () => {
  it('turns a loss so that more is better', () => {
    expect(scoreOf(figures, 'testLoss', 10)).toBe(-2)
    expect(scoreOf(figures, 'loss', 10)).toBe(-1)
    expect(scoreOf(figures, 'testAccuracy', 10)).toBe(0.2)
    expect(scoreOf(figures, 'validationLoss', 10)).toBe(-3)
  })

  it('is none where the figure is missing or not finite, or the epoch has diverged', () => {
    expect(scoreOf(figures, 'validationAccuracy', 10)).toBe(null)
    expect(scoreOf({ ...figures, loss: Infinity }, 'loss', 10)).toBe(null)
    // 100 ln 10 = 230.2585...
    expect(divergenceLimit(10)).toBeCloseTo(230.2585, 4)
    expect(scoreOf({ ...figures, testLoss: 230.25 }, 'testAccuracy', 10)).toBe(0.2)
    expect(scoreOf({ ...figures, testLoss: 230.26 }, 'testAccuracy', 10)).toBe(null)
    expect(scoreOf({ ...figures, testLoss: 2.6e22 }, 'validationLoss', 10)).toBe(null)
    expect([100, 70].map((testLoss) => isDiverged({ testLoss }, 2))).toEqual([true, true])
    expect(isDiverged({ testLoss: 69 }, 2)).toBe(false)
  })
})

describe('the best epoch', () => {
  const epochs = (...scores: (number | null)[]) => scores.map((score, epoch) => ({ epoch, score }))

  it('is the earliest of the highest scores; null is never it', () => {
    expect(bestOf(epochs(0.3, 0.5, 0.5, 0.4))).toEqual({ epoch: 1, score: 0.5 })
    expect(bestOf(epochs(null, -3, null, -2, -2))).toEqual({ epoch: 3, score: -2 })
    expect(bestOf(epochs(null, 0))).toEqual({ epoch: 1, score: 0 })
    expect(bestOf(epochs(null, null))).toBe(null)
    expect(bestOf([])).toBe(null)
  })

  it('is beaten only by more than the margin', () => {
    expect(isBetter(0.6, 0.5, 0.1)).toBe(false)
    expect(isBetter(0.61, 0.5, 0.1)).toBe(true)
    expect(isBetter(0.5, 0.5)).toBe(false)
    expect(isBetter(-5, null, 0.1)).toBe(true)
    expect(isBetter(null, null)).toBe(false)
  })
})
