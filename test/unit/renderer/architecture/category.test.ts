import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { categories, categoryOf, colourOf } from '../../../../src/renderer/architecture/drawing/category'
import { layers } from '../../../../src/shared/architecture/layers'

const tokens = readFileSync(join(import.meta.dirname, '../../../../src/renderer/app/tokens.css'), 'utf8')
const [light, dark] = tokens.split(/(?<!,\n)html\.dark \{/) as [string, string]
type Colour = [number, number, number]

/** A colour's parts in light. */
function colour(theme: string, name: string): Colour {
  const [, code] = new RegExp(`${name}: #([0-9a-f]{6});`).exec(theme)!
  return [0, 2, 4].map((at) => {
    const part = parseInt(code!.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as Colour
}
const luminance = ([r, g, b]: Colour): number => 0.2126 * r + 0.7152 * g + 0.0722 * b
function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

type Matrix = [Colour, Colour, Colour]
/** How eyes without one of the three kinds of cones see (Machado, Oliveira and Fernandes 2009). */
const sights: Record<string, Matrix> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
}
const times = (matrix: Matrix, [r, g, b]: Colour): Colour =>
  matrix.map((row) => row[0] * r + row[1] * g + row[2] * b) as Colour
const inside = (value: Colour): Colour => value.map((part) => Math.min(1, Math.max(0, part))) as Colour

/** Ottosson's Oklab, in which distances are as large as they are seen. */
function oklab(value: Colour): Colour {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005]
    ],
    value
  ).map(Math.cbrt) as Colour
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766]
    ],
    cones
  )
}

describe.each([
  ['light', light],
  ['dark', dark]
])('colours of categories, %s', (_, theme) => {
  const colours = categories.map((category) => ({ category, value: colour(theme, `--category-${category}`) }))

  it('stand out from every surface', () => {
    for (const surface of ['--surface', '--surface-raised']) {
      for (const { category, value } of colours) {
        expect(contrast(value, colour(theme, surface)), `${category} on ${surface}`).toBeGreaterThan(3)
      }
    }
  })

  it.each(Object.keys(sights))('are told apart by eyes with %s', (sight) => {
    const seen = colours.map(({ category, value }) => ({ category, at: oklab(inside(times(sights[sight]!, value))) }))
    for (const [index, one] of seen.entries()) {
      for (const other of seen.slice(0, index)) {
        const distance = Math.hypot(...one.at.map((part, axis) => part - other.at[axis]!))
        expect(distance, `${one.category} and ${other.category}`).toBeGreaterThan(0.07)
      }
    }
  })
})

describe('a node', () => {
  it('is of its layer’s category, and every category has a colour', () => {
    for (const [kind, { category, short }] of Object.entries(layers)) {
      expect(categoryOf('layer', kind)).toEqual({ category, short })
      expect(categories).toContain(category)
      expect(short.length).toBeLessThanOrEqual(6)
    }
    expect(categoryOf('block', 'residual')).toEqual({ category: 'block', short: 'residual' })
    expect(colourOf('block')).toBe('var(--category-block)')
  })

  it('has a short name of its own', () => {
    const shorts = Object.values(layers).map(({ short }) => short)
    expect(new Set(shorts).size).toBe(shorts.length)
  })
})
