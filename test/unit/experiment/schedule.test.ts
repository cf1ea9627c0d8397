import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learningRateAt } from '../../../src/shared/experiment/schedule'
import { optimizerSchema } from '../../../src/shared/experiment/optimizer'
import { recipeSchema } from '../../../src/shared/experiment/schema'
import { scheduleSchema } from '../../../src/shared/experiment/schedules'
import type { Schedule } from '../../../src/shared/experiment/schedules'
import drawn from '../../fixtures/schedules-random.json'
import fixture from '../../fixtures/schedules.json'

/** What a recipe has that does not say. */
const warmupStart = recipeSchema.shape.warmupStart.parse(undefined)

describe('learning rates equal PyTorch’s over a whole run', () => {
  const { epochs, stepsPerEpoch, learningRate, cases } = fixture
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate })

  it.each(
    cases.map(
      ({ schedule, warmup, warmupStart, rates }) => [schedule.kind, warmup, warmupStart, schedule, rates] as const
    )
  )('%s, warm-up %s from %s', (_, warmup, warmupStart, given, rates) => {
    const schedule = scheduleSchema.parse(given)
    expect(rates).toHaveLength(epochs * stepsPerEpoch)
    rates.forEach((rate, step) => {
      const actual = learningRateAt({ optimizer, schedule, warmup, warmupStart, epochs }, step, stepsPerEpoch)
      expect(Math.abs(actual - rate) / rate, `step ${step}`).toBeLessThan(1e-9)
    })
  })
})

describe('settings at random, runs of 1 to 3,000 steps', () => {
  const sgd = (learningRate: number) => optimizerSchema.parse({ kind: 'SGD', learningRate })

  it('have PyTorch’s rates, and finite ones where PyTorch divides by zero', () => {
    const failing = drawn.cases.filter(({ rates }) => rates === null)
    expect(failing.length).toBeGreaterThanOrEqual(5)
    for (const { schedule: given, warmup, epochs, stepsPerEpoch, learningRate, rates } of drawn.cases) {
      const recipe = {
        optimizer: sgd(learningRate),
        schedule: scheduleSchema.parse(given),
        warmup,
        warmupStart,
        epochs
      }
      const place = JSON.stringify({ given, warmup, epochs, stepsPerEpoch })
      for (const [step, rate] of (rates ?? []) as [number, number][]) {
        const actual = learningRateAt(recipe, step, stepsPerEpoch)
        // PyTorch works most of them out step from step, and an end at 0 is left with its rounding.
        expect(Math.abs(actual - rate), `${place} step ${step}`).toBeLessThan(1e-9 * rate + 1e-13 * learningRate)
      }
      if (rates === null) {
        expect(learningRateAt(recipe, 0, stepsPerEpoch), place).toBe(learningRate)
        for (let step = 1; step < epochs * stepsPerEpoch; step++) {
          expect(learningRateAt(recipe, step, stepsPerEpoch), place).toBeLessThan(learningRate)
        }
      }
    }
  })

  const length = fc.double({ min: 0.001, max: 10_000, noNaN: true })
  const share = fc.oneof(
    fc.constantFrom(0.5, 0.2, 0.1, 0.25, 0.001, 0.999),
    fc.double({ min: 0.001, max: 0.999, noNaN: true })
  )
  const gamma = fc.double({ min: 1e-3, max: 1, noNaN: true })
  const finalFactor = fc.double({ min: 0, max: 1, noNaN: true })
  const schedules: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({ kind: fc.constant('constant' as const) }),
    fc.record({ kind: fc.constant('step' as const), every: length, gamma }),
    fc.record({ kind: fc.constant('multi-step' as const), milestones: fc.array(length, { minLength: 1 }), gamma }),
    fc.record({ kind: fc.constant('cosine' as const), finalFactor }),
    fc.record({ kind: fc.constant('linear' as const), finalFactor }),
    fc.record({
      kind: fc.constant('one-cycle' as const),
      risingShare: share,
      initialDivisor: fc.double({ min: 1, max: 1e6, noNaN: true }),
      finalDivisor: fc.double({ min: 1, max: 1e9, noNaN: true })
    })
  )

  it('have finite rates in runs of every length, a rise of just one step among them', () => {
    const wrong: object[] = []
    for (let total = 1; total <= 3000; total++) {
      const risingShares = [0.5, 0.3, Math.min(0.999, Math.max(0.001, 1 / total))]
      const all: object[] = [
        { kind: 'step', every: 1 },
        { kind: 'multi-step', milestones: [0.001, 1] },
        { kind: 'cosine' },
        { kind: 'linear' },
        ...risingShares.map((risingShare) => ({ kind: 'one-cycle', risingShare }))
      ]
      for (const given of all) {
        const recipe = { optimizer: sgd(0.1), schedule: scheduleSchema.parse(given), warmup: 0, warmupStart, epochs: 1 }
        for (const step of [0, 1, 2, total >> 1, total - 1]) {
          const rate = learningRateAt(recipe, step, total)
          if (!(rate >= 0 && rate <= 0.1 * (1 + 1e-12))) wrong.push({ given, total, step, rate })
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('have finite rates between 0 and the highest', () => {
    const run = fc.record({
      schedule: schedules,
      epochs: fc.integer({ min: 1, max: 30 }),
      stepsPerEpoch: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 100 })),
      warmup: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true }))
    })
    fc.assert(
      fc.property(run, ({ schedule, epochs, stepsPerEpoch, warmup }) => {
        const recipe = { optimizer: sgd(0.1), schedule: scheduleSchema.parse(schedule), warmup, warmupStart, epochs }
        for (let step = 0; step < epochs * stepsPerEpoch; step++) {
          const rate = learningRateAt(recipe, step, stepsPerEpoch)
          if (!(rate >= 0 && rate <= 0.1 * (1 + 1e-12))) return false
        }
        return true
      }),
      { numRuns: 1000, seed: 1 }
    )
  })
})
