import { describe, expect, it } from 'vitest'
import { backToPreset, changesFrom } from '../../../src/shared/experiment/fromPreset'
import { settings, valueAt, withValue } from '../../../src/shared/experiment/fields'
import { recipeSchema } from '../../../src/shared/experiment/schema'
import { presetNames, presets } from '../../../src/shared/presets'

const preset = presets['resnet-20'].recipe
const all = settings.map(({ path }) => path)

describe('what was changed from the preset', () => {
  it.each(presetNames)('is nothing in the recipe of %s itself', (name) => {
    const { recipe } = presets[name]
    expect(changesFrom(recipe, structuredClone(recipe)).size).toBe(0)
  })

  it('is each setting that differs', () => {
    const recipe = withValue(withValue(preset, 'optimizer.momentum', 0.5), 'normalization.mean', [0, 0, 0])
    expect([...changesFrom(preset, recipe)].sort()).toEqual(['normalization.mean', 'optimizer.momentum'])
  })

  it('is the optimizer alone where another one has its usual values, and what was changed of those', () => {
    const adam = withValue(preset, 'optimizer.kind', 'Adam')
    expect([...changesFrom(preset, adam)]).toEqual(['optimizer.kind'])
    const changed = withValue(adam, 'optimizer.betas', [0.8, 0.99])
    expect([...changesFrom(preset, changed)].sort()).toEqual(['optimizer.betas', 'optimizer.kind'])
  })

  it.each(['optimizer.kind', 'schedule.kind', 'augmentation.crop', 'earlyStopping', 'lookahead'])(
    'goes back with %s, whatever was in it',
    (path) => {
      const { type, choices } = settings.find((setting) => setting.path === path)!
      for (const name of presetNames) {
        const { recipe } = presets[name]
        const values =
          type === 'group' ? [!valueAt(recipe, path)] : choices.filter((kind) => kind !== valueAt(recipe, path))
        for (const value of values) {
          expect(backToPreset(withValue(recipe, path, value), recipe, [path])).toEqual(recipe)
        }
      }
    }
  )

  it('goes back a setting at a time and leaves the others', () => {
    const recipe = withValue(withValue(preset, 'optimizer.momentum', 0.5), 'epochs', 3)
    expect(backToPreset(recipe, preset, ['epochs'])).toEqual(withValue(preset, 'optimizer.momentum', 0.5))
    const adam = withValue(withValue(preset, 'optimizer.kind', 'Adam'), 'optimizer.eps', 0.1)
    expect(backToPreset(adam, preset, ['optimizer.eps'])).toEqual(withValue(preset, 'optimizer.kind', 'Adam'))
  })

  it.each(presetNames)('goes back all at once to %s, from any other preset', (name) => {
    const { recipe } = presets[name]
    for (const other of presetNames) {
      const back = backToPreset(presets[other].recipe, recipe, all)
      expect(recipeSchema.parse(back)).toEqual(recipe)
      expect(changesFrom(recipe, back).size).toBe(0)
    }
  })
})
