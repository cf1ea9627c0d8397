import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addRecipeOptions, withOptions } from '../../../src/main/cli/recipeOptions'
import type { Recipe } from '../../../src/shared/experiment/schema'
import { presets } from '../../../src/shared/presets'

const command = (): Command => addRecipeOptions(new Command().exitOverride())
const given = (recipe: Recipe, ...args: string[]): Recipe =>
  withOptions(recipe, command().parse(args, { from: 'user' }).opts())

describe('options of a recipe', () => {
  const { recipe } = presets['resnet-9']

  it('switch on and off, and leave alone what is not named', () => {
    expect(given(recipe)).toEqual(recipe)
    const on = given(recipe, '--drop-last')
    expect(on).toEqual({ ...recipe, dropLast: true })
    expect(given(on)).toEqual(on)
    expect(given(on, '--no-drop-last')).toEqual(recipe)
    expect(recipe.optimizer).toMatchObject({ nesterov: true })
    expect(given(recipe, '--no-nesterov').optimizer).toMatchObject({ nesterov: false })
  })

  it('scale weight decay and choose the draw of held-out pictures', () => {
    const flags = ['--bias-decay-factor', '0', '--normalization-decay-factor', '0', '--validation-draw', 'random']
    expect(given(recipe, ...flags)).toEqual({
      ...recipe,
      weightDecayFactors: { bias: 0, normalization: 0 },
      validationDraw: 'random'
    })
  })
})
