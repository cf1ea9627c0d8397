import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberFault, readNumber, step, type NumberRules } from '../../../src/renderer/ui/numbers'

describe('a number that was typed', () => {
  it.each([
    ['20', 20],
    [' 0.001 ', 0.001],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-3', 0.001],
    ['+7', 7],
    ['-0.5', -0.5],
    ['−0.5', -0.5],
    ['１２８', 128],
    ['０．９９', 0.99],
    ['0。5', 0.5],
    ['50,000', 50_000],
    ['５０，０００', 50_000],
    ['1 234 567', 1_234_567],
    ['1,234.5', 1234.5]
  ])('%j is %d', (typed, value) => expect(readNumber(typed)).toEqual({ value }))

  it.each(['0,001', '1,5', '12,34', '0,100', '０，５'])('%j may be meant either way and is refused', (typed) =>
    expect(readNumber(typed)).toEqual({ fault: 'comma' })
  )

  it.each(['', 'abc', '1e', '0x10', 'Infinity', 'NaN', '1e999', '1 2', '10%', '--1', '1,2,3', '2.7.1'])(
    '%j is no number',
    (typed) => expect(readNumber(typed)).toEqual({ fault: 'number' })
  )

  it('is read back from what stands for it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(String(value))).toEqual({ value: Number(String(value)) })
      })
    )
  })

  it.each<[number, NumberRules, string | null]>([
    [2.7, { integer: true, minimum: 1 }, 'integer'],
    [0, { minimum: 0, exclusiveMinimum: true }, 'above'],
    [0, { minimum: 0 }, null],
    [-1, { minimum: 0 }, 'minimum'],
    [1, { minimum: 0, maximum: 0.9 }, 'maximum'],
    [0.9, { minimum: 0, maximum: 0.9 }, null]
  ])('%d under %j: %s', (value, rules, fault) => expect(numberFault(value, rules)).toBe(fault))
})

describe('arrows', () => {
  const rate: NumberRules = { minimum: 0, exclusiveMinimum: true, maximum: 100, scale: 'logarithmic' }
  const decay: NumberRules = { minimum: 0, maximum: 10, scale: 'logarithmic' }
  const batch: NumberRules = { integer: true, minimum: 1, maximum: 65_536, scale: 'logarithmic' }
  const momentum: NumberRules = { minimum: 0, maximum: 0.999999, scale: 'complement' }
  const share: NumberRules = { minimum: 0, maximum: 0.9 }
  const epochs: NumberRules = { integer: true, minimum: 1, maximum: 10_000 }

  it.each<[string, number, boolean, NumberRules, number]>([
    ['a learning rate', 0.0005, false, rate, 0.0002],
    ['a learning rate', 0.0005, true, rate, 0.001],
    ['a learning rate', 0.1, true, rate, 0.2],
    ['a learning rate', 0.003, false, rate, 0.002],
    ['a learning rate', 1e-8, false, rate, 5e-9],
    ['the highest learning rate', 100, true, rate, 100],
    ['no weight decay', 0, true, decay, 1e-5],
    ['a small weight decay', 1e-5, false, decay, 0],
    ['no weight decay', 0, false, decay, 0],
    ['a weight decay', 3, true, decay, 5],
    ['a batch size', 128, true, batch, 200],
    ['a batch size', 50_000, true, batch, 65_536],
    ['the smallest batch size', 1, false, batch, 1],
    ['a momentum', 0.9, true, momentum, 0.95],
    ['a momentum', 0.95, true, momentum, 0.98],
    ['a momentum', 0.9995, false, momentum, 0.999],
    ['no momentum', 0, true, momentum, 0.5],
    ['half a momentum', 0.5, false, momentum, 0],
    ['the highest average decay', 0.999999, true, momentum, 0.999999],
    ['a share', 0.1, true, share, 0.15],
    ['a share', 0.12, false, share, 0.1],
    ['the largest share', 0.9, true, share, 0.9],
    ['epochs', 10, true, epochs, 11],
    ['one epoch', 1, false, epochs, 1]
  ])('%s %d, up %s, under %j leads to %d', (_, value, up, rules, to) => expect(step(value, up, rules)).toBe(to))

  it('never lead out of the limits, and always forth or nowhere', () => {
    const rules = fc.constantFrom(rate, decay, batch, momentum, share, epochs)
    fc.assert(
      fc.property(rules, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (own, part, up) => {
        const low = own.minimum! + (own.exclusiveMinimum ? 1e-12 : 0)
        const raw = low * (own.maximum! / Math.max(low, 1e-12)) ** part
        const value = own.integer ? Math.round(Math.max(raw, own.minimum!)) : raw
        fc.pre(numberFault(value, own) === null)
        const to = step(value, up, own)
        expect(numberFault(to, own)).toBeNull()
        expect(up ? to >= value : to <= value).toBe(true)
      })
    )
  })
})
