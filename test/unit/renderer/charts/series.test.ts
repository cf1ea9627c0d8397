import { expect, it } from 'vitest'
import { runSeries, type Axis, type Series } from '../../../../src/renderer/charts/series'
import { presetExperiment } from '../../../../src/shared/presets'
import type { CurvePoint } from '../../../../src/renderer/app/curves'
import type { EpochMetrics, RunDetail } from '../../../../src/shared/run/schema'

const summary = { id: 'r', name: 'run' }
const labels = { train: 'train', test: 'test', validation: 'validation' }

/** Where the diamond stands in the charts of loss and accuracy. */
function marks(epochs: { testAccuracy: number; score: number; testLoss?: number }[]) {
  const detail = {
    summary,
    experiment: presetExperiment('resnet-20'),
    epochs: epochs.map((entry, epoch) => ({ testLoss: 1, validationLoss: null, ...entry, epoch })),
    stepsPerEpoch: 8
  } as unknown as RunDetail
  return (['loss', 'accuracy'] as const).map((figure) => {
    const [, test] = runSeries({ detail, steps: [], colour: '#000' }, figure, 'epoch', 0, labels)
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

const epochs: EpochMetrics[] = [0.25, null].map((testAccuracy, epoch) => ({
  epoch,
  loss: 2,
  trainAccuracy: 0.2,
  testLoss: null,
  testAccuracy,
  validationLoss: null,
  validationAccuracy: null,
  score: testAccuracy,
  seconds: epoch === 0 ? 60 : null,
  imagesPerSecond: null
}))

/** Where the lines of a run stand that says little of itself. */
function drawn(figure: 'loss' | 'accuracy', axis: Axis, stepsPerEpoch: number | null) {
  const detail = { summary, experiment: null, epochs, stepsPerEpoch } as unknown as RunDetail
  const steps: CurvePoint[] = [
    { step: 0, loss: 3, accuracy: 0.1, seconds: 6 },
    { step: 1, loss: null, accuracy: 0.2, seconds: 12 },
    { step: 3, loss: 2, accuracy: null, seconds: null }
  ]
  const [train, test] = runSeries({ detail, steps, colour: '#000' }, figure, axis, 0, labels)
  const places = ({ trace: { x, y } }: Series) => Array.from(x, (place, index) => [place, y[index]])
  return { train: places(train!), test: places(test!) }
}

it('draws only what a run has a figure of', () => {
  expect(drawn('loss', 'step', 2)).toEqual({
    train: [
      [1, 3],
      [4, 2]
    ],
    test: []
  })
  expect(drawn('accuracy', 'step', 2)).toEqual({
    train: [
      [1, 0.1],
      [2, 0.2]
    ],
    test: [[2, 0.25]]
  })
})

it('has no place on an axis for what a run does not say: how long its epochs are, or when a step was', () => {
  expect(drawn('accuracy', 'epoch', null)).toEqual({ train: [], test: [[1, 0.25]] })
  expect(drawn('accuracy', 'step', null).test).toEqual([])
  expect(drawn('accuracy', 'epoch', 2).train).toEqual([
    [0.5, 0.1],
    [1, 0.2]
  ])
  expect(drawn('loss', 'time', 2).train).toEqual([[0.1, 3]])
  expect(drawn('accuracy', 'time', 2).test).toEqual([[1, 0.25]])
})

it('smooths a curve alike in whatever groups it was read, and one step in many of a foreign run as one', () => {
  const at = (step: number, loss: number): CurvePoint => ({ step, loss, accuracy: null, seconds: null })
  const last = (steps: CurvePoint[], own: boolean): number => {
    const experiment = own ? presetExperiment('resnet-20') : null
    const detail = { summary, experiment, epochs: [], stepsPerEpoch: null } as unknown as RunDetail
    const [train] = runSeries({ detail, steps, colour: '#000' }, 'loss', 'step', 0.5, labels)
    return train!.trace.y.at(-1)!
  }
  const singles = [1, 1, 1, 1, 5, 5].map((loss, step) => at(step, loss))
  expect(last([at(3, 1), at(5, 5)], true)).toBeCloseTo(last(singles, true), 12)
  expect(last([at(99, 1), at(199, 5)], false)).toBeCloseTo(last([at(0, 1), at(1, 5)], true), 12)
})

it('keeps what was recorded beside the smoothed line, with the limits of what a point stands for', () => {
  const steps: CurvePoint[] = [
    { step: 3, loss: 2, accuracy: null, seconds: 4, lossRange: [1, 5] },
    { step: 4, loss: 1, accuracy: null, seconds: 5 }
  ]
  const detail = { summary, experiment: null, epochs: [], stepsPerEpoch: 2 } as unknown as RunDetail
  const [plain] = runSeries({ detail, steps, colour: '#000' }, 'loss', 'step', 0, labels)
  expect(plain!.raw).toBeUndefined()
  expect(plain!.trace).toEqual({
    x: Float64Array.of(4, 5),
    y: Float64Array.of(2, 1),
    low: Float64Array.of(1, 1),
    high: Float64Array.of(5, 1)
  })
  const [smoothed] = runSeries({ detail, steps, colour: '#000' }, 'loss', 'step', 0.5, labels)
  expect(smoothed!.raw).toEqual(plain!.trace)
  expect(smoothed!.trace.y[1]).toBeGreaterThan(1)
})
