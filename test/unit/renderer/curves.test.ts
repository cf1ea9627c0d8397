import { expect, it } from 'vitest'
import { joinCurves } from '../../../src/renderer/charts/curves'
import type { Curve } from '../../../src/shared/run/curves'

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
  expect(points).toEqual([{ step: 3, loss: 2.5, accuracy: null, seconds: 3 }])
})

it('leaves series out that no chart shows, and has no point of a run without any', () => {
  expect(joinCurves([curve('learningRate', [0], [0.1])])).toEqual([])
  expect(joinCurves([])).toEqual([])
})
