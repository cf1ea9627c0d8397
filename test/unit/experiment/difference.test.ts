import { describe, expect, it } from 'vitest'
import { contentOf, differences, differs, settingRows } from '../../../src/shared/experiment/difference'
import { settings, withValue } from '../../../src/shared/experiment/fields'
import type { Experiment, Recipe } from '../../../src/shared/experiment/schema'
import { presetExperiment, presets } from '../../../src/shared/presets'

const plain = presetExperiment('resnet-9')
const having = (recipe: Recipe): Experiment => ({ ...plain, recipe })
const of = (...experiments: Experiment[]) =>
  differences(experiments.map((experiment) => ({ experiment, settings: {} })))

describe('what differs between experiments', () => {
  it('is nothing between an experiment and its copy', () => {
    expect(of(plain, structuredClone(plain))).toEqual([])
  })

  it('is each setting by its path, with the value of each run', () => {
    const { recipe } = plain
    expect(of(plain, having(withValue(recipe, 'optimizer.nesterov', false)), plain)).toEqual([
      { field: 'optimizer.nesterov', values: [true, false, true] }
    ])
    expect(of(plain, having(withValue(recipe, 'normalization.mean', [0.5, 0.5, 0.4])))).toEqual([
      {
        field: 'normalization.mean',
        values: [
          [0.5, 0.5, 0.5],
          [0.5, 0.5, 0.4]
        ]
      }
    ])
  })

  it('is found for every setting that counts', () => {
    const on = settings
      .filter(({ type }) => type === 'group')
      .reduce((r, { path }) => withValue(r, path, true), plain.recipe)
    const kinds = settings.filter(({ path }) => path.endsWith('.kind'))
    const recipes = [on, ...kinds.flatMap(({ path, choices }) => choices.map((kind) => withValue(on, path, kind)))]
    const found = new Set<string>()
    for (const recipe of recipes.map((one) => withValue(one, 'validationShare', 0.1))) {
      for (const { path, type, choices } of settings.filter((one) => one.type !== 'group')) {
        const current = path
          .split('.')
          .reduce<unknown>((place, name) => (place as Record<string, unknown> | undefined)?.[name], recipe)
        if (current === undefined) continue
        const other =
          type === 'boolean'
            ? current !== true
            : type === 'choice'
              ? choices.find((choice) => choice !== current)!
              : type === 'numbers'
                ? (current as number[]).map((value) => value / 2)
                : ((current as number | null) ?? 0) + 1
        for (const { field } of of(having(recipe), having(withValue(recipe, path, other)))) found.add(field)
      }
    }
    expect([...found].sort()).toEqual(
      settings
        .filter(({ type }) => type !== 'group')
        .map(({ path }) => path)
        .sort()
    )
  })

  it('leaves out what applies to no run, and shows a gap where it applies to others', () => {
    const { recipe } = plain
    const fields = (...runs: Experiment[]) =>
      settingRows(runs.map((experiment) => ({ experiment, settings: {} }))).map(({ field }) => field)
    expect(fields(plain)).not.toContain('optimizer.betas')
    expect(fields(plain)).not.toContain('validationDraw')
    expect(fields(plain)).not.toContain('averaging.decay')
    expect(of(plain, having(withValue(recipe, 'averaging', true)))).toEqual([
      { field: 'averaging.decay', values: [undefined, 0.999] }
    ])
    const adam = having(withValue(recipe, 'optimizer.kind', 'Adam'))
    expect(of(plain, adam)).toContainEqual({ field: 'optimizer.betas', values: [undefined, [0.9, 0.999]] })
    // Nothing is held out: how it would be drawn changes nothing.
    expect(of(plain, having(withValue(recipe, 'validationDraw', 'random')))).toEqual([])
  })

  it('puts free settings of other programs beside those of the same name', () => {
    const rows = settingRows([
      { experiment: plain, settings: {} },
      { experiment: null, settings: { epochs: 3, framework: 'jax' } }
    ])
    expect(rows.find(({ field }) => field === 'epochs')!.values).toEqual([plain.recipe.epochs, 3])
    expect(rows.at(-1)).toEqual({ field: 'framework', values: [undefined, 'jax'] })
    expect(rows.filter(({ field }) => field === 'maxGradientNorm').some(differs)).toBe(false)
  })
})

describe('the content of a drawing', () => {
  const { architecture } = presets['resnet-20']
  const changed = (change: (copy: typeof architecture) => void): string => {
    const copy = structuredClone(architecture)
    change(copy)
    return contentOf(copy)
  }
  const layer = (copy: typeof architecture) => copy.graph.nodes.find((node) => node.type === 'layer')!

  it('is no name, place, label, order or default', () => {
    expect(changed((copy) => (copy.name = 'Other'))).toBe(contentOf(architecture))
    expect(changed((copy) => (layer(copy).position = { x: 1, y: 2 }))).toBe(contentOf(architecture))
    expect(changed((copy) => (layer(copy).label = 'stem'))).toBe(contentOf(architecture))
    expect(changed((copy) => copy.graph.nodes.reverse())).toBe(contentOf(architecture))
    expect(changed((copy) => (layer(copy).attributes.dilation = 1))).toBe(contentOf(architecture))
  })

  it('is every attribute, what is frozen, the input and the classes', () => {
    const contents = [
      contentOf(architecture),
      changed((copy) => (layer(copy).attributes.bias = !layer(copy).attributes.bias)),
      changed((copy) => (layer(copy).frozen = true)),
      changed((copy) => (copy.input.height = 33)),
      changed((copy) => (copy.graph.edges = [])),
      ...(['resnet-32', 'lenet-5', 'plain-20'] as const).map((name) => contentOf(presets[name].architecture))
    ]
    expect(new Set(contents).size).toBe(contents.length)
  })
})
