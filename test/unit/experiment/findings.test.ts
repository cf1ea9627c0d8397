import { describe, expect, it } from 'vitest'
import { statisticsOfOneValue } from '../../../src/shared/architecture/batchStatistics'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import type { ArchitectureNode, AttributeValue } from '../../../src/shared/architecture/schema'
import { teachingWarnings } from '../../../src/shared/architecture/teach'
import { recipeFindings } from '../../../src/shared/experiment/findings'
import { newRecipe, recipeSchema, type Recipe } from '../../../src/shared/experiment/schema'
import { layer, sequence } from '../../../src/shared/presets/drawing'
import { presets } from '../../../src/shared/presets'
import { seedResnet } from '../../../src/shared/presets/seedResnet'
import { settingsSchema } from '../../../src/shared/app/settings'
import refusals from '../../fixtures/refusals.json'

function network([channels, height, width]: readonly [number, number, number], nodes: ArchitectureNode[]) {
  const result = checkArchitecture({
    ...seedResnet(),
    input: { channels, height, width },
    graph: sequence([...nodes, layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })])
  })
  expect(result.problems).toEqual([])
  return result
}
/** Batch norm over one pixel. */
const single = network(
  [3, 32, 32],
  [layer('pool', 'AdaptiveAvgPool2d', { output_size: 1 }), layer('bn', 'BatchNorm2d')]
)
const data = { counts: { train: 50_000, test: 10_000 }, shape: [3, 32, 32] }
const { recipe } = presets['resnet-20']
const findings = (change: Partial<Recipe>, { checked } = single) =>
  recipeFindings({ ...recipe, batchSize: 64, trainLimit: 256, ...change }, checked!, data)
const codes = (change: Partial<Recipe>, of = single): string[] => findings(change, of).map(({ code }) => code)

it('refuses a normalisation of another number of channels than the pictures have', () => {
  const normalization = (mean: number[], std: number[]): string[] => codes({ normalization: { mean, std } })
  expect(normalization([0.5, 0.5, 0.5], [0.2, 0.2, 0.2])).toEqual([])
  for (const [mean, std] of [
    [[0, 0, 0], [1]],
    [[0.5], [0.25]],
    [
      [0.4, 0.9],
      [0.1, 1]
    ]
  ] as const) {
    expect(normalization([...mean], [...std])).toEqual(['recipe-normalization'])
  }
})

describe('a normalisation over one value', () => {
  it('is refused just where PyTorch refuses it', () => {
    for (const { kind, shape, attributes, refused } of refusals.cases) {
      const [batch, ...input] = shape as [number, number, number, number]
      const { checked } = network(input, [layer('norm', kind, attributes as Record<string, AttributeValue>)])
      expect(statisticsOfOneValue(checked!, batch)?.path ?? null, JSON.stringify({ kind, shape, attributes })).toBe(
        refused ? 'norm' : null
      )
    }
  })

  it('is foreseen for the last odd batch, which can be left out', () => {
    expect(codes({ trainLimit: 256 })).toEqual([])
    expect(codes({ trainLimit: 258 })).toEqual([])
    const [finding] = findings({ trainLimit: 257 })
    expect(finding).toMatchObject({
      severity: 'error',
      code: 'last-batch-of-one',
      parameters: { layer: 'bn', kind: 'BatchNorm2d', pictures: 257, batch: 64 }
    })
    expect(codes({ trainLimit: 257, ...finding!.mend })).toEqual([])
    // Of 256 pictures, 26 are held out: the second batch has one.
    expect(codes({ batchSize: 229, validationShare: 0.1 })).toEqual(['last-batch-of-one'])
    expect(codes({ trainLimit: 257 }, network([3, 32, 32], [layer('bn', 'BatchNorm2d')]))).toEqual([])
  })

  it('is foreseen where every batch has one picture', () => {
    expect(codes({ batchSize: 1 })).toEqual(['batch-of-one'])
    expect(codes({ batchSize: 1, dropLast: true })).toEqual(['batch-of-one'])
    expect(codes({ trainLimit: 1 })).toEqual(['batch-of-one'])
  })

  it('is taught of a GroupNorm whose groups have one value, whatever the batch', () => {
    const groups = (num_groups: number) =>
      teachingWarnings(
        network(
          [4, 3, 3],
          [layer('pool', 'AdaptiveAvgPool2d', { output_size: 1 }), layer('norm', 'GroupNorm', { num_groups })]
        )
      ).map(({ path, code }) => `${path} ${code}`)
    expect(groups(4)).toEqual(['norm group-of-one'])
    expect(groups(2)).toEqual([])
  })
})

describe('what a recipe and the data do not give together', () => {
  it('a single picture to be divided; no whole batch; a watched figure that is never measured', () => {
    const plain = network([3, 32, 32], [])
    expect(codes({ trainLimit: 1, validationShare: 0.5 }, plain)).toEqual(['recipe-one-picture'])
    expect(codes({ trainLimit: 2, validationShare: 0.5 }, plain)).toEqual([])
    expect(codes({ trainLimit: 40, dropLast: true }, plain)).toEqual(['recipe-no-step'])
    expect(codes({ monitor: 'validationLoss' }, plain)).toEqual(['recipe-validation'])
    for (const change of [
      { trainLimit: 1, validationShare: 0.5, monitor: 'validationLoss' },
      { trainLimit: 40, dropLast: true },
      { monitor: 'validationLoss' }
    ] as const) {
      expect(codes({ ...change, ...findings(change, plain)[0]!.mend }, plain)).toEqual([])
    }
  })

  it('says that a warm-up fills the run, and which milestones it moves out of it', () => {
    expect(codes({ epochs: 4, warmup: 3.7 })).toEqual([])
    expect(findings({ epochs: 4, warmup: 4 })).toEqual([
      { severity: 'warning', code: 'recipe-warmup', parameters: { warmup: 4, epochs: 4 } }
    ])
    expect(codes({ epochs: 4, warmup: 9 })).toEqual(['recipe-warmup'])
    const schedule = { kind: 'multi-step' as const, milestones: [5, 8.5, 20], gamma: 0.1 }
    expect(codes({ epochs: 10, schedule })).toEqual([])
    expect(codes({ epochs: 10, warmup: 1, schedule })).toEqual([])
    expect(findings({ epochs: 10, warmup: 2.2, schedule })).toEqual([
      {
        severity: 'warning',
        code: 'recipe-milestones',
        parameters: { milestones: '8.5', reached: '10.7', warmup: 2.2, epochs: 10 }
      }
    ])
  })
})

describe('recipes of before', () => {
  const { dropLast, weightDecayFactors, validationDraw, ...before } = recipe

  it('keep their meaning', () => {
    expect({ dropLast, weightDecayFactors, validationDraw }).toEqual({
      dropLast: false,
      weightDecayFactors: { bias: 1, normalization: 1 },
      validationDraw: 'by-class'
    })
    expect(recipeSchema.parse(before)).toEqual({ ...recipe, validationDraw: 'random' })
  })

  it('get what new runs have where one was still being prepared', () => {
    const experiment = { preset: 'resnet-20', recipe: before }
    expect(settingsSchema.parse({ experiment }).experiment!.recipe).toEqual({ ...recipe, ...newRecipe })
    const chosen = { ...experiment, recipe: { ...before, validationDraw: 'random' } }
    expect(settingsSchema.parse({ experiment: chosen }).experiment!.recipe.validationDraw).toBe('random')
    expect(settingsSchema.parse({ experiment: { preset: 'resnet-20', recipe: 7 } }).experiment).toBeNull()
  })
})
