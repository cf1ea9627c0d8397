import { z } from 'zod'
import { recipeSchema, type Recipe } from './schema'
import type { SettingMeta, SettingScale, SettingSection, SettingUnit, SettingValue } from './setting'

/** A leaf of the recipe, or a group of leaves that may be null; made from the recipe's own schema. */
export interface Setting {
  /** Names with dots: `optimizer.betas`. Also the key of its texts under `setting`. */
  path: string
  section: SettingSection
  /** `numbers` is a list or a tuple. A `group` is switched on and off; its value is whether it is on. */
  type: 'integer' | 'number' | 'boolean' | 'choice' | 'numbers' | 'group'
  choices: readonly string[]
  /** Of the number or of each in a list; null where there is no limit. */
  minimum: number | null
  maximum: number | null
  /** Whether `minimum` itself is not allowed. */
  exclusiveMinimum: boolean
  /** How many numbers a list may have. */
  length: { min: number; max: number } | null
  /** Whether it may be null, which its text `empty` names: all, none, never. */
  nullable: boolean
  /** What it is where left out; undefined where it must be given. */
  default: SettingValue | undefined
  unit: SettingUnit | null
  scale: SettingScale
  /** Its name on the command line without the dashes; null where the option of its group takes its value. */
  option: string | null
  /** What an empty one starts with, be it null or newly applying; undefined where only its default is known. */
  usual: SettingValue | undefined
  /**
   * It is there only while the setting at `path` is one of `kinds`, or, where that is a group, while it is on.
   * Null where it is always there.
   */
  appliesTo: { path: string; kinds: readonly string[] } | null
  /** It changes nothing while the setting at `path` has the value `not`; null where it always counts. */
  when: { path: string; not: SettingValue } | null
}

/** What z.toJSONSchema makes of the schemas that a recipe consists of. */
interface JsonSchema {
  type?: string
  const?: string
  enum?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  minItems?: number
  maxItems?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  default?: unknown
  setting?: SettingMeta
}

const KIND = 'kind'

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
/** The whole numbers that JavaScript can count are no limit that a person set. */
const limit = (value: number | undefined): number | null =>
  value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? null : value

/** A schema without its null, with what is kept beside either of the two. */
function unwrap(schema: JsonSchema): { inner: JsonSchema; nullable: boolean; meta: SettingMeta } {
  const isNull = ({ type }: JsonSchema): boolean => type === 'null'
  const inner = schema.anyOf?.some(isNull) ? schema.anyOf.find((part) => !isNull(part))! : schema
  return { inner, nullable: inner !== schema, meta: { ...inner.setting, ...schema.setting } }
}

interface Place {
  path: string
  section: SettingSection | null
  appliesTo: Setting['appliesTo']
}

/** Every leaf below `schema`, once for each kind of optimizer or schedule that has it. */
function walk(schema: JsonSchema, { path, ...around }: Place): Setting[] {
  const { inner, nullable, meta } = unwrap(schema)
  const section = meta.section ?? around.section
  const below = (properties: Record<string, JsonSchema>, appliesTo: Setting['appliesTo']): Setting[] =>
    Object.entries(properties).flatMap(([name, child]) =>
      walk(child, { path: path === '' ? name : `${path}.${name}`, section, appliesTo })
    )
  if (inner.properties) {
    if (!nullable) return below(inner.properties, around.appliesTo)
    const group = entry(path, section, 'group', { ...meta, nullable, default: false, appliesTo: around.appliesTo })
    return [group, ...below(inner.properties, { path, kinds: [] })]
  }
  if (inner.oneOf) return walkKinds(inner.oneOf, { path, section, appliesTo: around.appliesTo }, below, schema.default)
  const element = inner.prefixItems?.[0] ?? inner.items ?? inner
  const { minimum, exclusiveMinimum } = element
  return [
    entry(path, section, typeOf(inner), {
      ...meta,
      choices: inner.enum,
      minimum: limit(minimum ?? exclusiveMinimum),
      maximum: limit(element.maximum),
      exclusiveMinimum: minimum === undefined && exclusiveMinimum !== undefined,
      length: lengthOf(inner),
      nullable,
      default: schema.default as SettingValue | undefined,
      appliesTo: around.appliesTo
    })
  ]
}

/** The choice between several objects by their `kind`, and what each of them has. */
function walkKinds(
  options: readonly JsonSchema[],
  { path, section, appliesTo }: Place,
  below: (properties: Record<string, JsonSchema>, appliesTo: Setting['appliesTo']) => Setting[],
  value: unknown
): Setting[] {
  const kindOf = ({ properties }: JsonSchema): string => properties![KIND]!.const!
  const choice = entry(`${path}.${KIND}`, section, 'choice', {
    choices: options.map(kindOf),
    default: (value as Record<string, SettingValue> | undefined)?.[KIND],
    option: kebab(lastName(path)),
    appliesTo
  })
  const rest = options.flatMap((option) => {
    const properties = Object.entries(option.properties!).filter(([name]) => name !== KIND)
    return below(Object.fromEntries(properties), { path: choice.path, kinds: [kindOf(option)] })
  })
  return [choice, ...rest]
}

type Rest = Partial<Omit<Setting, 'path' | 'section' | 'type'>>

function entry(path: string, section: SettingSection | null, type: Setting['type'], rest: Rest): Setting {
  if (section === null) throw new Error(`the setting ${path} stands in no section`)
  return {
    path,
    type,
    section,
    choices: rest.choices ?? [],
    minimum: rest.minimum ?? null,
    maximum: rest.maximum ?? null,
    exclusiveMinimum: rest.exclusiveMinimum ?? false,
    length: rest.length ?? null,
    nullable: rest.nullable ?? false,
    default: rest.default,
    unit: rest.unit ?? null,
    scale: rest.scale ?? 'linear',
    option: rest.option === undefined ? kebab(lastName(path)) : rest.option,
    usual: rest.usual,
    appliesTo: rest.appliesTo ?? null,
    when: rest.when ?? null
  }
}

function typeOf({ type, enum: choices }: JsonSchema): Setting['type'] {
  if (choices) return 'choice'
  if (type === 'array') return 'numbers'
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  throw new Error(`a setting of the type ${type} has no form`)
}

function lengthOf({ type, prefixItems, minItems = 0, maxItems = Infinity }: JsonSchema): Setting['length'] {
  if (type !== 'array') return null
  return prefixItems ? { min: prefixItems.length, max: prefixItems.length } : { min: minItems, max: maxItems }
}

const byKind = walk(z.toJSONSchema(recipeSchema, { io: 'input' }) as JsonSchema, {
  path: '',
  section: null,
  appliesTo: null
})

/**
 * Every leaf of the recipe in the schema's order, a group before what is in it. What several optimizers or schedules
 * have stands here once, as the first of them has it.
 */
export const settings: readonly Setting[] = [...new Set(byKind.map(({ path }) => path))].map((path) => {
  const same = byKind.filter((setting) => setting.path === path)
  const { appliesTo } = same[0]!
  const kinds = same.flatMap((setting) => setting.appliesTo?.kinds ?? [])
  return { ...same[0]!, appliesTo: appliesTo && { ...appliesTo, kinds } }
})

/** The settings that a recipe has, with the limits and defaults of its own optimizer and schedule. */
export const settingsFor = (recipe: Recipe): Setting[] => byKind.filter((setting) => exists(setting, recipe))

/** Whether a recipe has a setting at all. */
export function exists({ appliesTo }: Setting, recipe: Recipe): boolean {
  if (!appliesTo) return true
  const value = valueAt(recipe, appliesTo.path)
  return appliesTo.kinds.length > 0 ? appliesTo.kinds.includes(value as string) : value === true
}

/** Whether a setting changes anything of what is trained: the recipe has it, and no other puts it out of force. */
export const counts = (setting: Setting, recipe: Recipe): boolean =>
  exists(setting, recipe) && (setting.when === null || valueAt(recipe, setting.when.path) !== setting.when.not)

/** The value of a setting; of a group whether it is on. Undefined where the recipe does not have it. */
export function valueAt(recipe: Recipe, path: string): SettingValue | undefined {
  let place: unknown = recipe
  for (const name of path.split('.')) {
    if (!isObject(place) || !Object.hasOwn(place, name)) return undefined
    place = place[name]
  }
  const isGroup = settings.some((setting) => setting.path === path && setting.type === 'group')
  return isGroup ? place !== null : (place as SettingValue)
}

/**
 * A recipe with another value of a setting that it has. Undefined puts the default back. A chosen optimizer or schedule,
 * and a group that is switched on, start with their usual values. Nothing is checked: `settingFault` does.
 * Throws Error where the recipe does not have the setting.
 */
export function withValue(recipe: Recipe, path: string, value: SettingValue | undefined): Recipe {
  const setting = settingsFor(recipe).find((candidate) => candidate.path === path)
  if (!setting) throw new Error(`the recipe has no setting ${path}`)
  const wanted = value === undefined ? setting.default : value
  if (setting.type === 'group') {
    if (wanted === valueAt(recipe, path)) return recipe
    return setAt(recipe, path, wanted === true ? usualValues(path, []) : null)
  }
  if (lastName(path) !== KIND) return setAt(recipe, path, wanted)
  const owner = path.slice(0, -KIND.length - 1)
  return setAt(recipe, owner, { [KIND]: wanted, ...usualValues(path, [String(wanted)]) })
}

/** What the settings that come with a kind, or with a group, start with. */
function usualValues(path: string, kinds: readonly string[]): Record<string, SettingValue | undefined> {
  const own = byKind.filter(({ appliesTo }) => appliesTo?.path === path && appliesTo.kinds[0] === kinds[0])
  return Object.fromEntries(own.map((setting) => [lastName(setting.path), setting.usual ?? setting.default]))
}

/** A copy with another value at `path`; all beside the way there is shared. */
function setAt<T>(target: T, path: string, value: unknown): T {
  const [name, ...rest] = path.split('.')
  const own = target as Record<string, unknown>
  return { ...own, [name!]: rest.length === 0 ? value : setAt(own[name!], rest.join('.'), value) } as T
}

/** Why a value of a setting is refused: a key of `settingFault` in the texts, with figures. */
export interface SettingFault {
  code: 'integer' | 'number' | 'choice' | 'numbers' | 'minimum' | 'above' | 'maximum' | 'length' | 'count' | 'required'
  parameters: Record<string, string | number>
}

/** What the recipe's own schema says against a value of a setting that the recipe has; null where it is taken. */
export function settingFault(recipe: Recipe, path: string, value: SettingValue | undefined): SettingFault | null {
  const setting = settingsFor(recipe).find((candidate) => candidate.path === path)
  if (!setting) throw new Error(`the recipe has no setting ${path}`)
  const result = recipeSchema.safeParse(withValue(recipe, path, value))
  const issue = result.error?.issues.find((candidate) => `${candidate.path.join('.')}.`.startsWith(`${path}.`))
  if (!issue) return null
  if (value === undefined) return { code: 'required', parameters: {} }
  return describe(issue, setting)
}

function describe(issue: z.core.$ZodIssue, { type, choices, length }: Setting): SettingFault {
  switch (issue.code) {
    case 'too_small':
    case 'too_big': {
      if (issue.origin === 'array') return lengthFault(length!)
      if (issue.code === 'too_big') return { code: 'maximum', parameters: { maximum: Number(issue.maximum) } }
      const parameters = { minimum: Number(issue.minimum) }
      return { code: issue.inclusive === false ? 'above' : 'minimum', parameters }
    }
    default:
      if (type === 'choice') return { code: 'choice', parameters: { choices: choices.join(', ') } }
      return { code: type === 'integer' || type === 'numbers' ? type : 'number', parameters: {} }
  }
}

/** What is said of a list that has another length. */
export const lengthFault = ({ min, max }: { min: number; max: number }): SettingFault =>
  min === max ? { code: 'count', parameters: { count: min } } : { code: 'length', parameters: { min, max } }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
