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
    ['=-stride', -2],
    ['=-7 % 3', 2],
    ['=0 * -1', 0],
    ['=mode + "pool"', 'maxpool'],
    ['=wide && channels', true]
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
    '=channels = 3',
    '=1 / 0',
    '=channels % 0',
    '=0 / 0',
    '=1e400',
    '=1e300 * 1e300',
    '=null',
    '=channels + "1"',
    '=mode * 2',
    '=wide + 1',
    '=-wide',
    '=channels == mode',
    '=wide == 1',
    '=mode < 3',
    '=floor(channels, 1)',
    '=ceil("1")',
    '=min(channels)',
    '=channels === 64',
    '=channels << 1',
    '=channels ** 2',
    // Also where it is never worked out.
    '=wide ? 1 : channels ** 2',
    '=!wide && channels === 64',
    '=wide ? 1 : round(channels)'
  ])('refuses %s', (text) => {
    expect(() => evaluateExpression(text, scope)).toThrow(/cannot be worked out/)
  })
})
