import { describe, expect, it } from 'vitest'
import {
  settingFault,
  settings,
  settingsFor,
  valueAt,
  withValue,
  type Setting
} from '../../../src/shared/experiment/fields'
import { recipeSchema, type Recipe } from '../../../src/shared/experiment/schema'
import type { SettingValue } from '../../../src/shared/experiment/setting'
import { en, zh } from '../../../src/shared/messages/settings'
import { presetNames, presets } from '../../../src/shared/presets'

/** Every optimizer and every schedule once, with every group switched on. */
const kindsOf = (path: string): readonly string[] => settings.find((setting) => setting.path === path)!.choices
const groups = settings.filter(({ type }) => type === 'group')
const full: Recipe[] = kindsOf('optimizer.kind').flatMap((optimizer) =>
  kindsOf('schedule.kind').map((schedule) => {
    const chosen = withValue(
      withValue(presets['resnet-9'].recipe, 'optimizer.kind', optimizer),
      'schedule.kind',
      schedule
    )
    return groups.reduce((recipe, { path }) => withValue(recipe, path, true), chosen)
  })
)

/** Paths of all that is not an object, as it stands in a recipe. */
function leaves(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`))
}

interface Texts {
  label?: string
  help?: string
  empty?: string
  choices?: Record<string, string>
}
const textsOf = (texts: unknown, path: string): Texts =>
  path.split('.').reduce((place, name) => (place as Record<string, unknown>)?.[name], texts) as Texts

describe('the catalogue of settings', () => {
  it('has every leaf of every recipe and nothing else', () => {
    const there = new Set(full.flatMap((recipe) => leaves(recipe, '')))
    expect(
      settings
        .filter(({ type }) => type !== 'group')
        .map(({ path }) => path)
        .sort()
    ).toEqual([...there].sort())
    for (const recipe of [...full, ...presetNames.map((name) => presets[name].recipe)]) {
      const known = settingsFor(recipe)
      const inForce = known.filter(({ type, path }) => type !== 'group' || valueAt(recipe, path) === false)
      expect(inForce.map(({ path }) => path).sort()).toEqual(leaves(recipe, '').sort())
    }
  })

  it.each([
    ['English', en],
    ['Chinese', zh]
  ])('has %s words for each setting, its choices, and what an empty one means', (_, texts) => {
    for (const { path, choices, nullable, section, unit } of settings) {
      const { label, help, empty, choices: words } = textsOf(texts.setting, path) ?? {}
      expect(label, path).toMatch(/\S/)
      expect(help, path).toMatch(/\S/)
      expect(empty !== undefined, path).toBe(nullable)
      expect(Object.keys(words ?? {}).sort(), path).toEqual([...choices].sort())
      expect(texts.settingSection).toHaveProperty(section)
      if (unit) expect(texts.settingUnit).toHaveProperty(unit)
    }
  })

  it('has no words for a setting that is none', () => {
    const known = new Set(['architecture', 'dataset', ...settings.map(({ path }) => path)])
    const walk = (value: object, path: string): string[] => [
      ...('label' in value && typeof value.label === 'string' ? [path] : []),
      ...Object.entries(value).flatMap(([name, child]) =>
        name !== 'choices' && typeof child === 'object' ? walk(child as object, path ? `${path}.${name}` : name) : []
      )
    ]
    expect(walk(en.setting, '').filter((path) => !known.has(path))).toEqual([])
  })

  it('gives each option of the command line to one setting', () => {
    const options = settings.flatMap(({ option }) => option ?? [])
    expect(new Set(options).size).toBe(options.length)
  })

  it('has limits and defaults as the schema has them', () => {
    const limits = (path: string): Partial<Setting> => {
      const {
        type,
        minimum,
        maximum,
        exclusiveMinimum,
        nullable,
        default: value
      } = settings.find((s) => s.path === path)!
      return { type, minimum, maximum, exclusiveMinimum, nullable, default: value }
    }
    const plain = { exclusiveMinimum: false, nullable: false }
    expect(limits('batchSize')).toEqual({ type: 'integer', minimum: 1, maximum: 65536, default: undefined, ...plain })
    expect(limits('optimizer.betas')).toEqual({
      type: 'numbers',
      minimum: 0,
      maximum: 0.999999,
      default: [0.9, 0.999],
      ...plain
    })
    expect(limits('optimizer.eps')).toEqual({
      ...plain,
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 1e-8,
      exclusiveMinimum: true
    })
    expect(limits('trainLimit')).toEqual({
      ...plain,
      type: 'integer',
      minimum: 1,
      maximum: null,
      default: null,
      nullable: true
    })
    const decay = (kind: string): unknown =>
      settingsFor(withValue(full[0]!, 'optimizer.kind', kind)).find(({ path }) => path === 'optimizer.weightDecay')!
        .default
    expect([decay('Adam'), decay('AdamW')]).toEqual([0, 0.01])
  })
})

describe('values of a recipe', () => {
  it('that are chosen anew are ones that the schema takes', () => {
    for (const recipe of full) expect(recipeSchema.parse(recipe)).toEqual(recipe)
  })

  it('are put in their place and leave all else alone', () => {
    const recipe = presets['resnet-9'].recipe
    expect(withValue(recipe, 'augmentation.crop.padding', 2)).toEqual({
      ...recipe,
      augmentation: { ...recipe.augmentation, crop: { padding: 2, mode: 'reflect' } }
    })
    expect(withValue(recipe, 'augmentation.crop', false).augmentation.crop).toBeNull()
    expect(withValue(recipe, 'testBatchSize', undefined).testBatchSize).toBe(128)
    expect(() => withValue(recipe, 'optimizer.betas', [0, 0])).toThrow('optimizer.betas')
    expect(recipe).toEqual(presets['resnet-9'].recipe)
  })

  it.each<[string, SettingValue | undefined, object | null]>([
    ['epochs', 2.7, { code: 'integer', parameters: {} }],
    ['epochs', NaN, { code: 'integer', parameters: {} }],
    ['epochs', undefined, { code: 'required', parameters: {} }],
    ['optimizer.learningRate', 0, { code: 'above', parameters: { minimum: 0 } }],
    ['optimizer.momentum', 0.9995, null],
    ['batchSize', 20_000, null],
    ['batchSize', 65_537, { code: 'maximum', parameters: { maximum: 65_536 } }],
    ['validationShare', 1, { code: 'maximum', parameters: { maximum: 0.9 } }],
    ['augmentation.crop.padding', 0, { code: 'minimum', parameters: { minimum: 1 } }],
    ['normalization.mean', [], { code: 'length', parameters: { min: 1, max: 64 } }],
    ['normalization.std', [1, 0], { code: 'above', parameters: { minimum: 0 } }],
    ['trainLimit', null, null],
    ['trainLimit', undefined, null]
  ])('%s = %j: %j', (path, value, fault) => {
    expect(settingFault(presets['resnet-9'].recipe, path, value)).toEqual(fault)
  })
})
