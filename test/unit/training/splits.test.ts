import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betterOf, isExhausted } from '../../../src/shared/run/stopping'
import { epochOrder, splitPictures } from '../../../src/main/training/splits'
import { recipeSchema } from '../../../src/shared/experiment/schema'
import { presets } from '../../../src/shared/presets'
import type { EpochMetrics } from '../../../src/shared/run/schema'

const { recipe } = presets['resnet-20']
const sorted = (values: Int32Array): number[] => [...values].sort((a, b) => a - b)

describe('splitPictures', () => {
  const counts = { train: 1000, test: 200 }
  const labels = Uint8Array.from({ length: 1000 }, (_, picture) => (picture * 7) % 10)

  it('takes all pictures where nothing is limited or held out', () => {
    const { train, validation, test } = splitPictures(recipe, counts, labels)
    expect([train.length, validation.length, test.length]).toEqual([1000, 0, 200])
  })

  it('holds a share out of the limited training pictures, another for another seed', () => {
    const held = { ...recipe, trainLimit: 100, testLimit: 50, validationShare: 0.2 }
    const { train, validation, test } = splitPictures(held, counts, labels)
    expect([train.length, validation.length, test.length]).toEqual([80, 20, 50])
    expect(sorted(Int32Array.from([...train, ...validation]))).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(splitPictures(held, counts, labels)).toEqual({ train, validation, test })
    expect(splitPictures({ ...held, seed: 1 }, counts, labels).validation).not.toEqual(validation)
  })

  it('leaves a picture on either side, however small the set', () => {
    const { train, validation } = splitPictures({ ...recipe, trainLimit: 2, validationShare: 0.001 }, counts, labels)
    expect([train.length, validation.length]).toEqual([1, 1])
  })

  it('draws of each class its share, at random within it', () => {
    const few = Uint8Array.from({ length: 1000 }, (_, picture) => (picture % 10 === 0 ? 1 : picture % 10 === 1 ? 2 : 0))
    const held = { ...recipe, validationShare: 0.1 }
    const byClass = (pictures: Int32Array): number[] =>
      [0, 1, 2].map((label) => pictures.filter((picture) => few[picture] === label).length)
    const { train, validation } = splitPictures(held, counts, few)
    expect(byClass(validation)).toEqual([80, 10, 10])
    expect(byClass(train)).toEqual([720, 90, 90])
    // At random some class gets another number: this seed's 100 pictures do.
    expect(byClass(splitPictures({ ...held, validationDraw: 'random' }, counts, few).validation)).not.toEqual([
      80, 10, 10
    ])
  })

  it('never overlaps, holds out as many as the share says, and within one of it from each class', () => {
    const settings = fc.record({
      pictures: fc.integer({ min: 2, max: 120 }),
      trainLimit: fc.option(fc.integer({ min: 2, max: 200 })),
      validationShare: fc.double({ min: 0.001, max: 0.9, noNaN: true }),
      validationDraw: fc.constantFrom('by-class' as const, 'random' as const),
      classes: fc.integer({ min: 1, max: 12 }),
      seed: fc.integer({ min: 0, max: 1000 })
    })
    fc.assert(
      fc.property(settings, ({ pictures, classes, ...own }) => {
        const all = Uint8Array.from({ length: pictures }, (_, picture) => (picture ** 2 + picture) % classes)
        const held = { ...recipe, ...own }
        const { train, validation } = splitPictures(held, { train: pictures, test: 5 }, all)
        const used = Math.min(pictures, own.trainLimit ?? Infinity)
        expect(sorted(Int32Array.from([...train, ...validation]))).toEqual(Array.from({ length: used }, (_, n) => n))
        const expected = Math.min(Math.max(1, Math.round(own.validationShare * used)), used - 1)
        expect(validation).toHaveLength(expected)
        if (own.validationDraw === 'random') return
        for (let label = 0; label < classes; label++) {
          const ofClass = (numbers: Int32Array): number => numbers.filter((picture) => all[picture] === label).length
          const total = ofClass(train) + ofClass(validation)
          expect(Math.abs(ofClass(validation) - (expected * total) / used)).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 300, seed: 2 }
    )
  })

  it('leaves a class its last training picture while another can give one', () => {
    // One picture of class 1, nine of class 0; half are held out.
    const one = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    for (let seed = 0; seed < 20; seed++) {
      const { train } = splitPictures({ ...recipe, validationShare: 0.5, seed }, { train: 10, test: 1 }, one)
      expect(train.includes(0), `seed ${seed}`).toBe(true)
    }
  })

  it('keeps the pictures of runs from before there was a choice', () => {
    const { validationDraw, ...before } = { ...recipe, trainLimit: 40, validationShare: 0.25, seed: 7 }
    expect(validationDraw).toBe('by-class')
    const { validation } = splitPictures(recipeSchema.parse(before), counts, labels)
    expect([...validation]).toEqual([1, 2, 3, 12, 15, 17, 18, 28, 33, 37])
  })

  it('orders the pictures of each epoch anew', () => {
    const train = Int32Array.of(5, 7, 9, 11, 13, 15)
    expect(sorted(epochOrder(train, 0, 3))).toEqual([...train])
    expect(epochOrder(train, 0, 3)).not.toEqual(epochOrder(train, 0, 4))
  })
})

describe('patience', () => {
  const epoch = (number: number, score: number | null) => ({ epoch: number, score }) as EpochMetrics
  const waiting = { ...recipe, earlyStopping: { patience: 2, minimumChange: 0.1 } }

  it('takes an epoch as better only by more than the least change', () => {
    const first = betterOf(null, epoch(0, 0.5), waiting)
    expect(betterOf(first, epoch(1, 0.6), waiting)).toEqual({ epoch: 0, score: 0.5 })
    expect(betterOf(first, epoch(1, 0.61), waiting)).toEqual({ epoch: 1, score: 0.61 })
  })

  it('ends when it is exhausted, and never where it is off', () => {
    const best = { epoch: 3, score: 0.5 }
    expect(isExhausted(waiting, best, 4)).toBe(false)
    expect(isExhausted(waiting, best, 5)).toBe(true)
    expect(isExhausted(recipe, best, 500)).toBe(false)
  })

  it('counts from the first epoch while no epoch can be the best', () => {
    expect(betterOf(null, epoch(0, null), waiting)).toBe(null)
    expect(betterOf(null, epoch(1, -4), waiting)).toEqual({ epoch: 1, score: -4 })
    expect(betterOf({ epoch: 0, score: null }, epoch(1, null), waiting)).toEqual({ epoch: 0, score: null })
    expect(isExhausted(waiting, null, 1)).toBe(false)
    expect(isExhausted(waiting, null, 2)).toBe(true)
  })
})
