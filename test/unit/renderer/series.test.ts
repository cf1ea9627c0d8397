import { expect, it } from 'vitest'
import { runSeries } from '../../../src/renderer/charts/series'
import { presetExperiment } from '../../../src/shared/presets'
import type { RunDetail } from '../../../src/shared/run/schema'

const labels = { train: 'train', test: 'test', validation: 'validation' }

/** Where the diamond stands in the charts of loss and accuracy. */
function marks(epochs: { testAccuracy: number; score: number; testLoss?: number }[]) {
  const detail = {
    experiment: presetExperiment('resnet-20'),
    epochs: epochs.map((entry, epoch) => ({ testLoss: 1, validationLoss: null, ...entry, epoch })),
    steps: []
  } as unknown as RunDetail
  return (['loss', 'accuracy'] as const).map((figure) => {
    const [, test] = runSeries({ detail, steps: [], colour: '#000', available: null }, figure, 'epoch', 0, labels)
    return test!.marked
  })
}

it('marks the one best epoch by the run’s own figure in every chart, not the highest test accuracy', () => {
  const epochs = [
    { testAccuracy: 0.345, score: -1.9 },
    { testAccuracy: 0.37, score: -2.1 },
    { testAccuracy: 0.36, score: -1.9 }
  ]
  expect(marks(epochs)).toEqual([0, 0])
})

it('marks none where every epoch has diverged', () => {
  expect(marks([{ testAccuracy: 0.1, score: 0.1, testLoss: 2.6e22 }])).toEqual([undefined, undefined])
})
