import { expect, it } from 'vitest'
import { layerNorms } from '../../../../src/main/training/observers/layerNorms'
import type { TrainingEvent } from '../../../../src/shared/run/events'
import { pretendRun } from '../pretend'

it('tells of the layers at every third step, counted over the whole run, and of none where they are not wanted', async () => {
  const events: TrainingEvent[] = []
  const observers = [layerNorms((event) => events.push(event))]
  await pretendRun(observers, { change: { diagnosticsEvery: 3 } })
  const layers = [{ path: 'fc', gradientNorm: 1, weightNorm: 2, deadShare: null }]
  expect(events).toEqual([0, 3, 6].map((step) => ({ type: 'diagnostics', diagnostics: { step, layers } })))
  events.length = 0
  await pretendRun(observers, { change: { diagnosticsEvery: null } })
  expect(events).toEqual([])
})
