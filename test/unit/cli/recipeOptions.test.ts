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

  it('choose an optimizer or a schedule with its usual values, even where it is chosen already', () => {
    expect(given(recipe, '--optimizer', 'SGD').optimizer).toEqual({
      kind: 'SGD',
      learningRate: 0.1,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false
    })
    expect(given(recipe, '--schedule', 'multi-step', '--gamma', '0.5').schedule).toEqual({
      kind: 'multi-step',
      milestones: [5, 8],
      gamma: 0.5
    })
  })

  it('switch groups on with what they take, and off', () => {
    expect(given(recipe, '--crop', '2').augmentation.crop).toEqual({ padding: 2, mode: 'zeros' })
    expect(given(recipe, '--crop-mode', 'zeros').augmentation.crop).toEqual({ padding: 4, mode: 'zeros' })
    expect(given(recipe, '--crop', 'none').augmentation.crop).toBeNull()
    expect(given(recipe, '--minimum-change', '0.5', '--patience', '3').earlyStopping).toEqual({
      patience: 3,
      minimumChange: 0.5
    })
    expect(given(recipe, '--lookahead', '4,0.25').lookahead).toEqual({ steps: 4, alpha: 0.25 })
    expect(given(recipe, '--train-limit', '10', '--test-limit', 'none')).toMatchObject({
      trainLimit: 10,
      testLimit: null
    })
  })

  it.each([
    [['--epochs', '2.7'], '--epochs: It must be a whole number.'],
    [['--epochs', ''], '--epochs: It must be a whole number.'],
    [['--learning-rate', '0'], '--learning-rate: It must be above 0.'],
    [['--learning-rate', 'fast'], '--learning-rate: It must be a number.'],
    [['--validation-share', '1'], '--validation-share: It must be at most 0.9.'],
    [['--betas', '0.9,0.9'], '--betas does not belong to the recipe: it is of Adam, AdamW'],
    [['--optimizer', 'Adam', '--betas', '0.9'], '--betas: It must be 2 numbers.'],
    [['--optimizer', 'Adam', '--betas', '0.9,x'], '--betas: It must be numbers with commas between them.'],
    [['--minimum-change', '1'], '--minimum-change does not belong to the recipe: it is of earlyStopping, which is off'],
    [['--crop', '4,4'], '--crop: It must be a number.'],
    [['--lookahead', '5,0.5,1'], '--lookahead: It must be 2 numbers.'],
    [['--lookahead', '5,2'], '--lookahead: It must be at most 1.'],
    [['--epochs', 'none'], '--epochs: It must be a whole number.'],
    [['--flip', 'sideways'], "option '--flip <horizontalFlip>' argument 'sideways' is invalid"],
    [['--colour', '1'], "unknown option '--colour'"]
  ])('refuse %j: %s', (args, reason) => {
    expect(() => given(recipe, ...args)).toThrow(reason)
  })

  it('have the names that scripts know, and say what they do, within which limits', () => {
    const help = command().helpInformation()
    const names = [...help.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name)
    expect(names).toEqual(expect.arrayContaining(known))
    expect(help.replace(/\s+/g, ' ')).toContain(
      '--momentum <x> Share of the velocity that stays from step to step (0 to 1; of SGD, RMSprop; default 0)'
    )
    expect(help).not.toContain('undefined')
    for (const option of [
      '--lookahead <steps,alpha|none>',
      '--patience <patience|none>',
      '--train-limit <pictures|none>'
    ]) {
      expect(help).toContain(option)
    }
  })
})

/** Every option that a version had. */
const known = [
  'optimizer',
  'schedule',
  'epochs',
  'batch-size',
  'drop-last',
  'no-drop-last',
  'test-batch-size',
  'learning-rate',
  'momentum',
  'dampening',
  'nesterov',
  'no-nesterov',
  'weight-decay',
  'betas',
  'alpha',
  'eps',
  'every',
  'milestones',
  'gamma',
  'final-factor',
  'rising-share',
  'initial-divisor',
  'final-divisor',
  'warmup',
  'label-smoothing',
  'max-gradient-norm',
  'bias-factor',
  'normalization-factor',
  'bias-decay-factor',
  'normalization-decay-factor',
  'averaging',
  'lookahead',
  'initialization',
  'precision',
  'flip',
  'crop',
  'crop-mode',
  'translation',
  'cutout',
  'brightness',
  'contrast',
  'mixup',
  'test-time-augmentation',
  'resize-passes',
  'validation-share',
  'validation-draw',
  'monitor',
  'patience',
  'minimum-change',
  'diagnostics-every',
  'mean',
  'std',
  'train-limit',
  'test-limit',
  'seed'
]
