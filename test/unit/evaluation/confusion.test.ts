import { expect, it } from 'vitest'
import { classFigures, confusionMatrix } from '../../../src/shared/evaluation/confusion'

const labels = [0, 0, 0, 1, 1, 2]
const predicted = [0, 0, 1, 1, 0, 0]

it('counts by true class and predicted class', () => {
  expect(confusionMatrix(labels, predicted, 4)).toEqual([
    [2, 1, 0, 0],
    [1, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0]
  ])
})

it('gives precision, recall and F1 as scikit-learn does, and none where there is nothing to divide', () => {
  const figures = classFigures(confusionMatrix(labels, predicted, 4))
  expect(figures[0]).toEqual({ precision: 0.5, recall: 2 / 3, f1: expect.closeTo(4 / 7, 12), support: 3 })
  expect(figures[2]).toEqual({ precision: null, recall: 0, f1: 0, support: 1 })
  expect(figures[3]).toEqual({ precision: null, recall: null, f1: null, support: 0 })
})
