import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { largestBatch, trainingMemory } from '../../../src/shared/experiment/memory'
import { optimizerSchema } from '../../../src/shared/experiment/optimizer'
import { presets } from '../../../src/shared/presets'

const GIB = 2 ** 30

describe('the estimate', () => {
  const { architecture, recipe } = presets['resnet-20']
  const checked = checkArchitecture(architecture).checked!
  const plain = { ...recipe, trainLimit: null, testLimit: null }

  it('takes no more pictures for a batch than there are', () => {
    const few = trainingMemory(checked, { ...plain, batchSize: 65_536, testBatchSize: 65_536 }, { train: 64, test: 32 })
    const exact = trainingMemory(checked, { ...plain, batchSize: 64, testBatchSize: 32 })
    expect(few).toEqual(exact)
    const limits = { trainLimit: 64, testLimit: 32 }
    expect(trainingMemory(checked, { ...plain, ...limits, batchSize: 65_536, testBatchSize: 65_536 })).toEqual(exact)
    expect(few.total).toBeLessThan(GIB)
    expect(trainingMemory(checked, { ...plain, batchSize: 65_536 }).total).toBeGreaterThan(50 * GIB)
  })

  // Of each weight: itself, its gradient and two while a state is loaded or saved; and what the optimizer remembers.
  it.each([
    [{ kind: 'SGD', learningRate: 0.1 }, 4],
    [{ kind: 'SGD', learningRate: 0.1, momentum: 0.9 }, 5],
    [{ kind: 'RMSprop', learningRate: 0.1 }, 5],
    [{ kind: 'RMSprop', learningRate: 0.1, momentum: 0.9 }, 6],
    [{ kind: 'Adam', learningRate: 0.1 }, 6],
    [{ kind: 'AdamW', learningRate: 0.1 }, 6]
  ] as const)('counts what %j remembers of each weight: %i copies in all', (given, copies) => {
    const optimizer = optimizerSchema.parse(given)
    const bytes = 4 * checked.totals.parameters
    const none = trainingMemory(checked, { ...plain, optimizer })
    expect(none.parameters).toBe(copies * bytes)
    expect(none.total).toBe(none.process + none.parameters + none.activations)
    const both = { averaging: { decay: 0.99 }, lookahead: { steps: 5, alpha: 0.5 } }
    expect(trainingMemory(checked, { ...plain, optimizer, ...both }).parameters).toBe((copies + 2) * bytes)
  })

  it('says the largest batch that fits: one more does not', () => {
    const bytes = 2 * GIB
    const fits = largestBatch(checked, { ...plain, batchSize: 65_536 }, bytes)
    expect(fits).toBeGreaterThan(100)
    const total = (batchSize: number): number => trainingMemory(checked, { ...plain, batchSize }).total
    expect(total(fits)).toBeLessThanOrEqual(bytes)
    expect(total(fits + 1)).toBeGreaterThan(bytes)
    expect(largestBatch(checked, { ...plain, batchSize: 512 }, 2 ** 20)).toBe(0)
    expect(largestBatch(checked, { ...plain, batchSize: 8 }, 100 * GIB)).toBe(8)
  })
})
