import { describe, expect, it } from 'vitest'
import { detailAt, readableZoom } from '../../../../src/renderer/architecture/drawing/detail'
import { sizeOf } from '../../../../src/renderer/architecture/drawing/placement'

const zooms = Array.from({ length: 200 }, (_, index) => 0.05 * 1.02 ** index)
const lines = { kinds: 1, names: 2, shapes: 3 } as const

describe.each([
  ['a node', sizeOf({ type: 'layer' })],
  ['a node without costs', sizeOf({ type: 'layer' }, true)]
])('what %s shows', (_, size) => {
  it('grows with the zoom and never shrinks', () => {
    const order = ['kinds', 'names', 'shapes', 'figures']
    const levels = zooms.map((zoom) => order.indexOf(detailAt(zoom, size).level))
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
    expect(new Set(levels).size).toBe(4)
  })

  it('is at least 9 px on the screen wherever names are shown', () => {
    for (const zoom of zooms) {
      const { level, text } = detailAt(zoom, size)
      if (level !== 'kinds') expect(text * zoom, `at ${zoom}`).toBeGreaterThanOrEqual(9)
    }
  })

  it('has room for its lines in the node', () => {
    for (const zoom of zooms) {
      const { level, text } = detailAt(zoom, size)
      if (level !== 'figures') expect(lines[level] * text, `at ${zoom}`).toBeLessThanOrEqual(size.height)
    }
  })

  it('has the same size while the zoom changes little, so that nothing is laid out anew', () => {
    const sizes = new Set(zooms.map((zoom) => detailAt(zoom, size).text))
    expect(sizes.size).toBeLessThan(zooms.length / 3)
  })

  it('shows shapes from the zoom on that counts as readable', () => {
    const zoom = readableZoom(size.height)
    expect(detailAt(zoom * 1.001, size).level).toBe('shapes')
    expect(detailAt(zoom * 0.999, size).level).toBe('names')
  })
})
