import { expect, it } from 'vitest'
import { placeByKey } from '../../../../src/renderer/app/gridKeys'

// Three columns and 8 pictures: 0 1 2 / 3 4 5 / 6 7.
const grid = { columns: 3, rows: 2, count: 8 }

it.each([
  ['ArrowRight', 2, 3],
  ['ArrowLeft', 3, 2],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 5, 5],
  ['ArrowUp', 1, 1],
  ['PageDown', 1, 7],
  ['PageUp', 4, 1],
  ['Home', 5, 0],
  ['End', 5, 7],
  ['a', 5, null]
])('%s leads from %i to %s', (key, from, to) => {
  expect(placeByKey(key, from, grid)).toBe(to)
})
