import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  exists,
  lengthFault,
  settingFault,
  settings,
  withValue,
  type Setting,
  type SettingFault
} from '../../shared/experiment/fields'
import type { Recipe } from '../../shared/experiment/schema'
import { settingSections, type SettingValue } from '../../shared/experiment/setting'
import { en as texts } from '../../shared/messages/settings'
import { formatMessage } from '../../shared/messages/tell'
import { wordsOf } from './settingTexts'

/** Stands for null, which commander takes for an option without a value. */
const NONE = 'none'

/** A setting with an option of its own. */
type Optional = Setting & { option: string }
const optional = settings
  .filter((setting): setting is Optional => setting.option !== null)
  .sort((a, b) => settingSections.indexOf(a.section) - settingSections.indexOf(b.section))

/** The settings whose values the option of a group takes, in their order. */
const takenBy = (group: Setting): Setting[] =>
  settings.filter(({ option, appliesTo }) => option === null && appliesTo?.path === group.path)

const numberIn = (text: string): number => (text.trim() === '' ? NaN : Number(text))
const numbersIn = (text: string): number[] => text.split(',').map(numberIn)

/** What is written for a value in a list of options. */
function placeholder(setting: Setting): string {
  const { type, unit, length, path } = setting
  const one = unit ?? (type === 'integer' ? 'n' : 'x')
  const values: Record<Setting['type'], () => string> = {
    group: () =>
      takenBy(setting)
        .map(({ path: inner }) => inner.slice(path.length + 1))
        .join(','),
    choice: () => path.slice(path.lastIndexOf('.') + 1),
    numbers: () =>
      length!.min === length!.max ? Array.from({ length: length!.max }, () => one).join(',') : `${one},...`,
    integer: () => one,
    number: () => one,
    boolean: () => ''
  }
  return setting.nullable ? `${values[type]()}|${NONE}` : values[type]()
}

/** Limits, kinds and default of a setting in a few words; commander itself adds what may be chosen. */
function limits({ type, minimum, maximum, exclusiveMinimum, appliesTo, default: value }: Setting): string {
  const least =
    minimum === null ? '' : exclusiveMinimum ? `above ${minimum}` : maximum === null ? `at least ${minimum}` : minimum
  const range = maximum === null ? String(least) : `${least} to ${maximum}`
  const kinds = appliesTo ? `of ${appliesTo.kinds.join(', ') || appliesTo.path}` : ''
  const usual = value === undefined || type === 'boolean' || type === 'group' ? '' : `default ${value ?? NONE}`
  const facts = [range, kinds, usual].filter((fact) => fact !== '')
  return facts.length === 0 ? '' : ` (${facts.join('; ')})`
}

const parsers: Record<Setting['type'], ((text: string) => SettingValue) | null> = {
  integer: numberIn,
  number: numberIn,
  numbers: numbersIn,
  group: numbersIn,
  choice: null,
  boolean: null
}

function build(setting: Optional): Option {
  const { type, option: name, nullable, choices, path } = setting
  const value = placeholder(setting)
  const option = new Option(value ? `--${name} <${value}>` : `--${name}`, `${wordsOf(path)!.help}${limits(setting)}`)
  if (type === 'choice') return option.choices(choices)
  const parse = parsers[type]
  return parse ? option.argParser((text: string) => (nullable && text === NONE ? NONE : parse(text))) : option
}

/** Adds an option for every setting of a recipe. */
export function addRecipeOptions(command: Command): Command {
  for (const setting of optional) {
    const option = build(setting)
    option.helpGroup(`${texts.settingSection[setting.section]}:`)
    command.addOption(option)
    if (setting.type !== 'boolean') continue
    command.addOption(new Option(`--no-${setting.option}`, 'switches it off').helpGroup(option.helpGroupHeading!))
  }
  return command
}

/**
 * A recipe with the given options in it. Throws InvalidArgumentError that names the option where a setting does not exist in
 * the chosen optimizer or schedule, or is not allowed.
 */
export function withOptions(given: Recipe, values: Record<string, unknown>): Recipe {
  // In the recipe's order: an optimizer comes before what it has, a group before what is in it.
  return settings.reduce((recipe, setting) => {
    if (setting.option === null) return recipe
    const value = values[build(setting as Optional).attributeName()] as SettingValue | undefined
    if (value === undefined) return recipe
    if (setting.type === 'group') return withGroup(recipe, setting, value)
    return put(recipe, setting, setting.nullable && value === NONE ? null : value, setting.option)
  }, given)
}

function put(recipe: Recipe, setting: Setting, value: SettingValue, option: string): Recipe {
  const { path, appliesTo } = setting
  if (!exists(setting, recipe)) {
    const owner =
      appliesTo!.kinds.length > 0 ? `of ${appliesTo!.kinds.join(', ')}` : `of ${appliesTo!.path}, which is off`
    throw new InvalidArgumentError(`--${option} does not belong to the recipe: it is ${owner}`)
  }
  const fault = settingFault(recipe, path, value)
  return fault ? refuse(option, fault) : withValue(recipe, path, value)
}

function refuse(option: string, { code, parameters }: SettingFault): never {
  throw new InvalidArgumentError(`--${option}: ${formatMessage(texts.settingFault[code], parameters)}`)
}

/** A group is off, or begins anew with the values that its option takes. */
function withGroup(recipe: Recipe, group: Setting, value: SettingValue): Recipe {
  const off = withValue(recipe, group.path, false)
  if (value === NONE) return off
  const taken = takenBy(group)
  const given = value as readonly number[]
  if (given.length !== taken.length) {
    const count = { min: taken.length, max: taken.length }
    refuse(group.option!, taken.length === 1 ? { code: 'number', parameters: {} } : lengthFault(count))
  }
  const on = withValue(off, group.path, true)
  return taken.reduce((changed, setting, index) => put(changed, setting, given[index]!, group.option!), on)
}
