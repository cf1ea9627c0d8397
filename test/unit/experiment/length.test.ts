import { describe, expect, it } from 'vitest'
import { epochLength, pictureCounts } from '../../../src/shared/experiment/length'

describe('the length of an epoch is that of PyTorch’s DataLoader', () => {
  // len(DataLoader(range(n), batch_size=b, drop_last=d)) and the size of its last batch.
  it.each([
    [256, 64, false, { steps: 4, pictures: 256, lastBatch: 64 }],
    [256, 64, true, { steps: 4, pictures: 256, lastBatch: 64 }],
    [257, 64, false, { steps: 5, pictures: 257, lastBatch: 1 }],
    [257, 64, true, { steps: 4, pictures: 256, lastBatch: 64 }],
    [40, 64, false, { steps: 1, pictures: 40, lastBatch: 40 }],
    [40, 64, true, { steps: 0, pictures: 0, lastBatch: 0 }],
    [3, 1, false, { steps: 3, pictures: 3, lastBatch: 1 }]
  ])('%i pictures in batches of %i, dropLast %s', (pictures, batchSize, dropLast, expected) => {
    expect(epochLength({ batchSize, dropLast }, pictures)).toEqual(expected)
  })

  it('counts what a recipe uses of a data set', () => {
    const available = { train: 1000, test: 200 }
    const counts = (trainLimit: number | null, testLimit: number | null, validationShare: number) =>
      pictureCounts({ trainLimit, testLimit, validationShare }, available)
    expect(counts(null, null, 0)).toEqual({ train: 1000, validation: 0, test: 200 })
    expect(counts(5000, 5000, 0)).toEqual({ train: 1000, validation: 0, test: 200 })
    expect(counts(100, 50, 0.2)).toEqual({ train: 80, validation: 20, test: 50 })
    expect(counts(1, null, 0.5)).toEqual({ train: 1, validation: 0, test: 200 })
  })
})
