import { copyOf } from '../../../shared/copy'
import { watchDebounced } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { counts, settingsFor, valueAt, withValue } from '../../../shared/experiment/fields'
import { backToPreset, belongingTo, owns, withSetting } from '../../../shared/experiment/fromPreset'
import { recipeFindings, type Finding } from '../../../shared/experiment/findings'
import { epochLength, pictureCounts, type EpochLength } from '../../../shared/experiment/length'
import type { Experiment, Recipe } from '../../../shared/experiment/schema'
import type { SettingValue } from '../../../shared/experiment/setting'
import type { ErrorRecord } from '../../../shared/errorRecord'
import type { Settings } from '../../../shared/app/settings'
import { defaultPreset, presets, type PresetName } from '../../../shared/presets'
import { report } from '../report'
import { useApp } from './app'
import { useArchitectures } from './architectures'
import { useDataset } from './dataset'
import { useEditor } from './editor'

/** Typing changes the recipe several times a second; it is kept once it rests. */
const KEEP_MS = 300

/** What keeps the experiment from being started, the first that there is. */
export type Obstacle =
  | { kind: 'problems'; count: number }
  | { kind: 'refused'; paths: string[] }
  | { kind: 'finding'; finding: Finding }
  | { kind: 'dataset' | 'device'; error: ErrorRecord }

/** A recipe in preparation, with what was typed and is not taken. */
interface Prepared {
  recipe: Recipe
  drafts: Record<string, string>
}

/** The experiment being prepared: the open architecture with the recipe as the user has set it. */
export const useExperiment = defineStore('experiment', () => {
  const editor = useEditor()
  const architectures = useArchitectures()
  const dataset = useDataset()
  const app = useApp()
  /** The preset whose recipe it began with. */
  const preset = ref<PresetName>(defaultPreset)
  const recipe = ref<Recipe>(structuredClone(presets[defaultPreset].recipe))
  /** What was typed for a setting and is not taken, by its path: the recipe has its former value. */
  const drafts = ref<Record<string, string>>({})
  /** Recipes of presets as they were left for another, so that a look at that one costs nothing. */
  const left: Partial<Record<PresetName, Prepared>> = {}
  /** What came with a kind or group when it was left for another, by `ownerKey`. */
  const former = new Map<string, ReturnType<typeof belongingTo>>()
  const ownerKey = (path: string): string => `${path}=${String(valueAt(recipe.value, path))}`
  const check = computed(() => editor.check)
  const experiment = computed<Experiment>(() => ({
    format: 'residuum.experiment',
    version: 1,
    architecture: editor.architecture,
    dataset: { name: 'cifar10' },
    recipe: recipe.value
  }))

  /** How long an epoch is; null while the size of the data set is not known. */
  const epoch = computed<EpochLength | null>(
    () => dataset.info && epochLength(recipe.value, pictureCounts(recipe.value, dataset.info.counts).train)
  )
  /** What can be said of the recipe before it is trained. */
  const findings = computed<Finding[]>(() =>
    check.value.checked && dataset.info ? recipeFindings(recipe.value, check.value.checked, dataset.info) : []
  )
  /** Settings whose fields show something else than the recipe has. */
  const refused = computed(() =>
    settingsFor(recipe.value).filter((setting) => setting.path in drafts.value && counts(setting, recipe.value))
  )
  const obstacle = computed<Obstacle | null>(() => {
    if (check.value.checked === null) return { kind: 'problems', count: check.value.problems.length }
    if (refused.value.length > 0) return { kind: 'refused', paths: refused.value.map(({ path }) => path) }
    const finding = findings.value.find(({ severity }) => severity === 'error')
    if (finding) return { kind: 'finding', finding }
    if (dataset.error) return { kind: 'dataset', error: dataset.error }
    return app.info?.deviceError ? { kind: 'device', error: app.info.deviceError } : null
  })
  const startable = computed(() => obstacle.value === null)

  /**
   * Changes one setting; undefined puts its default back. An optimizer, a schedule or a group that was chosen before comes
   * back with the values that it had.
   */
  function set(path: string, value: SettingValue | undefined): void {
    if (!owns(path)) return take(withSetting(recipe.value, path, value), [path])
    former.set(ownerKey(path), belongingTo(recipe.value, path))
    const before = recipe.value
    take(withSetting(before, path, value), [path])
    const values = recipe.value === before ? [] : (former.get(ownerKey(path)) ?? [])
    recipe.value = values.reduce((own, [child, its]) => withValue(own, child, its), recipe.value)
  }

  /** Figures of held-out pictures can be watched only where some are held out. */
  function take(next: Recipe, changed: readonly string[]): void {
    const unwatched = next.validationShare === 0 && next.monitor.startsWith('validation')
    recipe.value = unwatched && changed.includes('validationShare') ? withValue(next, 'monitor', undefined) : next
  }

  /** Puts settings back to the preset's, and takes away what was typed for them. */
  function reset(paths: readonly string[]): void {
    for (const path of paths) delete drafts.value[path]
    for (const key of [...former.keys()]) if (paths.some((path) => key.startsWith(`${path}=`))) former.delete(key)
    take(backToPreset(recipe.value, presets[preset.value].recipe, paths), paths)
  }

  /**
   * Opens a preset with the recipe it is meant for, or as the user left it; the number of pictures stays. The one that is
   * open stays as it is.
   */
  function choose(name: PresetName): void {
    if (name !== preset.value) {
      const { trainLimit, testLimit } = recipe.value
      left[preset.value] = { recipe: recipe.value, drafts: drafts.value }
      const kept = left[name]
      preset.value = name
      adopt({ ...(kept?.recipe ?? structuredClone(presets[name].recipe)), trainLimit, testLimit }, kept?.drafts)
    }
    if (editor.source.type !== 'preset' || editor.source.name !== name) architectures.openPreset(name)
  }

  /** Takes a whole recipe, as that of a run. Gives a function that takes it back. */
  function adopt(next: Recipe, typed: Record<string, string> = {}): () => void {
    const before = { recipe: recipe.value, drafts: drafts.value }
    former.clear()
    drafts.value = typed
    recipe.value = copyOf(next)
    return () => void ([recipe.value, drafts.value] = [before.recipe, before.drafts])
  }

  const resetRecipe = (): void => void adopt(presets[preset.value].recipe)

  /** Takes up what was being prepared when the app was closed, and keeps what is changed from now on. */
  async function remember(
    kept: Settings['experiment'],
    keep: (experiment: Settings['experiment']) => void
  ): Promise<void> {
    if (kept) {
      choose(kept.preset)
      adopt(kept.recipe)
      const known = architectures.list.some(({ id }) => id === kept.architecture)
      // One that cannot be read must not keep the window from opening.
      if (kept.architecture !== null && known) await architectures.open(kept.architecture).catch(report)
    }
    const changed = (): void => {
      // A copy without proxies: it crosses to another process.
      const plain = copyOf(recipe.value)
      const { source } = editor
      keep({ preset: preset.value, architecture: source.type === 'saved' ? source.id : null, recipe: plain })
    }
    watchDebounced([preset, recipe, () => editor.source], changed, { deep: true, debounce: KEEP_MS })
  }

  return {
    remember,
    preset,
    recipe,
    drafts,
    refused,
    experiment,
    check,
    epoch,
    findings,
    obstacle,
    startable,
    choose,
    adopt,
    set,
    reset,
    resetRecipe
  }
})
