import { describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../src/shared/architecture/expressions'

const scope = new Map<string, number | boolean | string>([
  ['channels', 64],
  ['stride', 2],
  ['wide', true],
  ['mode', 'max']
])

describe('evaluateExpression', () => {
  it.each([
    ['=channels', 64],
    ['=channels * 2 + 1', 129],
    ['=channels / stride', 32],
    ['=stride > 1 || !wide', true],
    ['=wide ? 3 : 1', 3],
    ['=mode == "max"', true],
    ['=max(1, floor(channels / 3))', 21],
    ['=-stride', -2]
  ])('%s is %s', (text, expected) => {
    expect(evaluateExpression(text, scope)).toBe(expected)
  })

  it.each([
    '=unknown',
    '=channels.constructor',
    '=process.exit()',
    '=eval("1")',
    '=(',
    '=[1]',
    '=this',
    '=channels = 3'
  ])('refuses %s', (text) => {
    expect(() => evaluateExpression(text, scope)).toThrow(/cannot be worked out/)
  })
})
