import { describe, expect, it } from 'vitest'
import { betterOf, isExhausted } from '../../../src/main/training/patience'
import { epochOrder, splitPictures } from '../../../src/main/training/splits'
import { presets } from '../../../src/shared/presets'
import type { EpochMetrics } from '../../../src/shared/run/schema'

const { recipe } = presets['resnet-20']
const sorted = (values: Int32Array): number[] => [...values].sort((a, b) => a - b)

describe('splitPictures', () => {
  const counts = { train: 1000, test: 200 }

  it('takes all pictures where nothing is limited or held out', () => {
    const { train, validation, test } = splitPictures(recipe, counts)
    expect([train.length, validation.length, test.length]).toEqual([1000, 0, 200])
  })

  it('holds a share out of the limited training pictures, another for another seed', () => {
    const held = { ...recipe, trainLimit: 100, testLimit: 50, validationShare: 0.2 }
    const { train, validation, test } = splitPictures(held, counts)
    expect([train.length, validation.length, test.length]).toEqual([80, 20, 50])
    expect(sorted(Int32Array.from([...train, ...validation]))).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(splitPictures(held, counts)).toEqual({ train, validation, test })
    expect(splitPictures({ ...held, seed: 1 }, counts).validation).not.toEqual(validation)
  })

  it('leaves a picture on either side, however small the set', () => {
    const { train, validation } = splitPictures({ ...recipe, trainLimit: 2, validationShare: 0.001 }, counts)
    expect([train.length, validation.length]).toEqual([1, 1])
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
