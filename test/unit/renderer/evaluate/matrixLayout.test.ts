import fc from 'fast-check'
import { expect, it } from 'vitest'
import { layoutMatrix } from '../../../../src/renderer/evaluate/matrixLayout'

const room = fc.record({ width: fc.integer({ min: 200, max: 3000 }), height: fc.integer({ min: 150, max: 2000 }) })
const names = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 })
const LINE_HEIGHT = 20

it('keeps names apart: straight ones within their cells, slanted ones a line from each other', () => {
  fc.assert(
    fc.property(names, room, (widths, size) => {
      const { cell, slanted } = layoutMatrix(widths, size)
      if (slanted) expect(cell.width * Math.SQRT1_2).toBeGreaterThanOrEqual(LINE_HEIGHT)
      else expect(Math.max(...widths)).toBeLessThanOrEqual(cell.width)
      expect(cell.height).toBeGreaterThanOrEqual(LINE_HEIGHT)
    })
  )
})

it('is as large as its room where cells can be so small, and no larger', () => {
  const inside = ({ width, height }: { width: number; height: number }, count: number, longest: number): boolean => {
    const { cell, rowNames, columnNames, overhang } = layoutMatrix(new Array<number>(count).fill(longest), {
      width,
      height
    })
    return rowNames + count * cell.width + overhang <= width && columnNames + count * cell.height <= height
  }
  expect(inside({ width: 500, height: 480 }, 10, 70)).toBe(true)
  expect(inside({ width: 1400, height: 900 }, 10, 70)).toBe(true)
  expect(inside({ width: 1400, height: 900 }, 30, 300)).toBe(true)
  expect(inside({ width: 500, height: 480 }, 40, 70)).toBe(false)
})
