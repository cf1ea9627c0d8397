import { expect, it } from 'vitest'
import { learningRate } from '../../../../src/main/training/observers/learningRate'
import type { Observer } from '../../../../src/main/training/observers/observer'
import { learningRateAt } from '../../../../src/shared/experiment/schedule'
import { scheduleSchema } from '../../../../src/shared/experiment/schedules'
import { pretendRun, smallExperiment } from '../pretend'

it('gives each step its own rate, and that is the one that is recorded, also where a run goes on', async () => {
  const change = { schedule: scheduleSchema.parse({ kind: 'linear' }), epochs: 3 }
  const { recipe } = smallExperiment(change)
  const start = { step: 6, epoch: 1 }
  for (const from of [undefined, start]) {
    const recorded: [step: number, rate: number][] = []
    const recorder: Observer = {
      stepEnd: (_, { metrics }) => void recorded.push([metrics.step, metrics.learningRate])
    }
    const { network } = await pretendRun([learningRate(recipe, 4), recorder], { change, start: from })
    const steps = Array.from({ length: from ? 6 : 12 }, (_, index) => index + (from ? 6 : 0))
    const rates = steps.map((step) => [step, learningRateAt(recipe, step, 4)])
    expect(new Set(rates.map(([, rate]) => rate)).size).toBe(steps.length)
    expect(recorded).toEqual(rates)
    expect(network.told.map((settings) => [settings.step, settings.learningRate])).toEqual(rates)
  }
})
