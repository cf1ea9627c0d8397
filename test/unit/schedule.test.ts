import { describe, expect, it } from 'vitest'
import { learningRateAt } from '../../src/shared/experiment/schedule'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { scheduleSchema } from '../../src/shared/experiment/schedules'
import fixture from '../fixtures/schedules.json'

describe('learning rates equal PyTorch’s over a whole run', () => {
  const { epochs, stepsPerEpoch, learningRate, cases } = fixture
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate })

  it.each(cases.map(({ schedule, warmup, rates }) => [schedule.kind, warmup, schedule, rates] as const))(
    '%s, warm-up %s',
    (_, warmup, given, rates) => {
      const schedule = scheduleSchema.parse(given)
      expect(rates).toHaveLength(epochs * stepsPerEpoch)
      rates.forEach((rate, step) => {
        const actual = learningRateAt({ optimizer, schedule, warmup, epochs }, step, stepsPerEpoch)
        expect(Math.abs(actual - rate) / rate, `step ${step}`).toBeLessThan(1e-9)
      })
    }
  )
})
