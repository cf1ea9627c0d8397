import { expect, it } from 'vitest'
import { groupSteps, joinCurves } from '../../../../src/renderer/app/curves'
import type { Curve } from '../../../../src/shared/run/curves'

const curve = (name: string, steps: number[], mean: number[], maximum = mean): Curve => ({
  run: 'run',
  name,
  steps: Float64Array.from(steps),
  mean: Float32Array.from(mean),
  minimum: Float32Array.from(mean),
  maximum: Float32Array.from(maximum)
})

it('puts the series of a run side by side by their steps, whatever each lacks', () => {
  const points = joinCurves([
    curve('loss', [1, 3], [2, 1]),
    curve('accuracy', [3, 7], [0.5, 0.75]),
    curve('seconds', [], [])
  ])
  expect(points).toEqual([
    { step: 1, loss: 2, accuracy: null, seconds: null },
    { step: 3, loss: 1, accuracy: 0.5, seconds: null },
    { step: 7, loss: null, accuracy: 0.75, seconds: null }
  ])
})

it('has a gap where nothing finite was recorded', () => {
  expect(joinCurves([curve('loss', [0, 1, 2], [NaN, Infinity, 4])]).map(({ loss }) => loss)).toEqual([null, null, 4])
})

it('ends a group at its last second, while figures are means', () => {
  const points = joinCurves([curve('loss', [3], [2.5], [4]), curve('seconds', [3], [1.5], [3])])
  expect(points).toEqual([{ step: 3, loss: 2.5, accuracy: null, seconds: 3, lossRange: [2.5, 4] }])
})

it('leaves series out that no chart shows, and has no point of a run without any', () => {
  expect(joinCurves([curve('learningRate', [0], [0.1])])).toEqual([])
  expect(joinCurves([])).toEqual([])
})

it('groups steps that go on with a curve as the curve is grouped', () => {
  const steps = [3, 4, 5, 6, 8].map((step) => ({ step, loss: step === 5 ? null : step, accuracy: 0.5, seconds: step }))
  expect(groupSteps(steps, 1)).toEqual(steps)
  expect(groupSteps(steps, 4)).toEqual([
    { step: 3, loss: 3, accuracy: 0.5, seconds: 3 },
    { step: 6, loss: 5, accuracy: 0.5, seconds: 6, lossRange: [4, 6] },
    { step: 8, loss: 8, accuracy: 0.5, seconds: 8 }
  ])
  expect(groupSteps([{ step: 0, loss: null, accuracy: null, seconds: null }], 2)).toEqual([
    { step: 0, loss: null, accuracy: null, seconds: null }
  ])
})
