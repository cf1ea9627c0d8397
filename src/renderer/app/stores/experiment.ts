import { copyOf } from '../../../shared/copy'
import { watchDebounced } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { counts, settingsFor, withValue } from '../../../shared/experiment/fields'
import { backToPreset, withSetting } from '../../../shared/experiment/fromPreset'
import { recipeFindings, type Finding } from '../../../shared/experiment/findings'
import { epochLength, pictureCounts, type EpochLength } from '../../../shared/experiment/length'
import type { Experiment, Recipe } from '../../../shared/experiment/schema'
import type { SettingValue } from '../../../shared/experiment/setting'
import type { Settings } from '../../../shared/app/settings'
import { defaultPreset, presets, type PresetName } from '../../../shared/presets'
import { report } from '../report'
import { useArchitectures } from './architectures'
import { useDataset } from './dataset'
import { useEditor } from './editor'

/** Typing changes the recipe several times a second; it is kept once it rests. */
const KEEP_MS = 300

/** The experiment being prepared: the open architecture with the recipe as the user has set it. */
export const useExperiment = defineStore('experiment', () => {
  const editor = useEditor()
  const architectures = useArchitectures()
  const dataset = useDataset()
  /** The preset whose recipe it began with. */
  const preset = ref<PresetName>(defaultPreset)
  const recipe = ref<Recipe>(structuredClone(presets[defaultPreset].recipe))
  /** What was typed for a setting and is not taken, by its path: the recipe has its former value. */
  const drafts = ref<Record<string, string>>({})
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
  const startable = computed(
    () =>
      check.value.checked !== null &&
      refused.value.length === 0 &&
      findings.value.every(({ severity }) => severity !== 'error')
  )

  /** Changes one setting; undefined puts its default back. */
  function set(path: string, value: SettingValue | undefined): void {
    take(withSetting(recipe.value, path, value), [path])
  }

  /** Figures of held-out pictures can be watched only where some are held out. */
  function take(next: Recipe, changed: readonly string[]): void {
    const unwatched = next.validationShare === 0 && next.monitor.startsWith('validation')
    recipe.value = unwatched && changed.includes('validationShare') ? withValue(next, 'monitor', undefined) : next
  }

  /** Puts settings back to the preset's, and takes away what was typed for them. */
  function reset(paths: readonly string[]): void {
    for (const path of paths) delete drafts.value[path]
    take(backToPreset(recipe.value, presets[preset.value].recipe, paths), paths)
  }

  /** Opens a preset with the recipe it is meant for; the number of pictures stays. */
  function choose(name: PresetName): void {
    const { trainLimit, testLimit } = recipe.value
    preset.value = name
    drafts.value = {}
    recipe.value = { ...structuredClone(presets[name].recipe), trainLimit, testLimit }
    architectures.openPreset(name)
  }

  function resetRecipe(): void {
    drafts.value = {}
    recipe.value = structuredClone(presets[preset.value].recipe)
  }

  /** Takes up what was being prepared when the app was closed, and keeps what is changed from now on. */
  async function remember(
    kept: Settings['experiment'],
    keep: (experiment: Settings['experiment']) => void
  ): Promise<void> {
    if (kept) {
      choose(kept.preset)
      recipe.value = kept.recipe
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
    startable,
    choose,
    set,
    reset,
    resetRecipe
  }
})
