import { exists, settings, settingsFor, valueAt, withValue } from './fields'
import type { Recipe } from './schema'
import type { SettingValue } from './setting'

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
/** A recipe with another value of a setting; itself where it has that value, so that what came with a kind stays. */
export const withSetting = (recipe: Recipe, path: string, value: SettingValue | undefined): Recipe =>
  value !== undefined && isEqual(valueAt(recipe, path), value) ? recipe : withValue(recipe, path, value)

/** Settings that others come with: kinds of optimizer and schedule, and groups. */
const owners = settings.filter(({ path }) => settings.some(({ appliesTo }) => appliesTo?.path === path))

/** The preset's recipe with the optimizer, the schedule and the groups of `recipe`, each with its usual values. */
function counterpart(recipe: Recipe, preset: Recipe): Recipe {
  return owners.reduce((own, { path }) => withSetting(own, path, valueAt(recipe, path)), preset)
}

/**
 * The value that a setting of `recipe` would have in the preset it began with. What the preset does not have, as the
 * betas of an optimizer that is not its own, has what it starts with.
 */
export function presetValue(recipe: Recipe, preset: Recipe, path: string): SettingValue | undefined {
  return valueAt(preset, path) ?? valueAt(owns(path) ? preset : counterpart(recipe, preset), path)
}
/** Whether other settings come with this one. */
export const owns = (path: string): boolean => owners.some((owner) => owner.path === path)

/** The settings of `recipe` that differ from the preset's. */
export function changesFrom(preset: Recipe, recipe: Recipe): ReadonlySet<string> {
  const there = counterpart(recipe, preset)
  const differing = settingsFor(recipe).filter(
    ({ path }) => !isEqual(valueAt(recipe, path), valueAt(owns(path) ? preset : there, path))
  )
  return new Set(differing.map(({ path }) => path))
}

/** A recipe in which the settings at `paths` are the preset's again; with a kind or a group what belongs to it. */
export function backToPreset(recipe: Recipe, preset: Recipe, paths: readonly string[]): Recipe {
  return paths.reduce((own, path) => {
    if (!settingsFor(own).some((setting) => setting.path === path)) return own
    const back = withSetting(own, path, presetValue(own, preset, path))
    if (back === own) return own
    return belongingTo(back, path).reduce(
      (now, [child]) => withValue(now, child, presetValue(now, preset, child)),
      back
    )
  }, recipe)
}

/** Values of the settings that a recipe has with the kind or group at `path`, by their paths. */
export function belongingTo(recipe: Recipe, path: string): [path: string, value: SettingValue | undefined][] {
  return settings
    .filter((setting) => setting.appliesTo?.path === path && exists(setting, recipe))
    .map((setting) => [setting.path, valueAt(recipe, setting.path)])
}
