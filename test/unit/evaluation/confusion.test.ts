import { expect, it } from 'vitest'
import { classFigures, confusionMatrix, mistakes, worstClasses } from '../../../src/shared/evaluation/confusion'

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

it('lists mistakes, the most frequent first, and leaves out what is right and what did not happen', () => {
  expect(mistakes(confusionMatrix([0, 0, 1, 1, 1, 2], [1, 1, 1, 0, 2, 2], 3))).toEqual([
    { row: 0, column: 1, count: 2 },
    { row: 1, column: 0, count: 1 },
    { row: 1, column: 2, count: 1 }
  ])
})

it('leaves out those classes that have the least to do with mistakes, and keeps the order of the others', () => {
  const matrix = confusionMatrix([3, 3, 3, 1, 0, 2], [1, 1, 1, 3, 0, 0], 4)
  expect(worstClasses(matrix, 4)).toEqual([0, 1, 2, 3])
  expect(worstClasses(matrix, 2)).toEqual([1, 3])
})
