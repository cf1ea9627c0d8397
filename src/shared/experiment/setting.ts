import 'zod'

/** Parts of a recipe's form and of the command line's help, in their order. */
export const settingSections = [
  'training',
  'optimizer',
  'schedule',
  'pictures',
  'augmentation',
  'validation',
  'weights',
  'evaluation',
  'diagnostics'
] as const
export type SettingSection = (typeof settingSections)[number]

export const settingUnits = ['epochs', 'pictures', 'pixels', 'steps'] as const
export type SettingUnit = (typeof settingUnits)[number]

/**
 * How arrows step: `logarithmic` along 1, 2, 5, 10, ...; `complement` so that what is left to 1 does, as in 0.9, 0.95,
 * 0.98, 0.99: for the share of an average that stays.
 */
export type SettingScale = 'linear' | 'logarithmic' | 'complement'

/** Null of a setting that may have none; of a group of settings whether it is switched on. */
export type SettingValue = number | string | boolean | readonly number[] | null

/** What a recipe's schema cannot say of a setting; stands beside it in the schema. */
export interface SettingMeta {
  /** Needed once on the way from the recipe to the setting. */
  section?: SettingSection
  unit?: SettingUnit
  /** Linear where left out. */
  scale?: SettingScale
  /**
   * Its name on the command line where that is not its own in kebab case. Null for a setting of a group that may be
   * null: the group's option takes its value.
   */
  option?: string | null
  /** What it starts with where its optimizer, schedule or group is chosen anew and the schema has no default. */
  usual?: SettingValue
  /** It changes nothing while the setting at `path` has this value. */
  when?: { path: string; not: SettingValue }
}

declare module 'zod' {
  interface GlobalMeta {
    setting?: SettingMeta
  }
}
