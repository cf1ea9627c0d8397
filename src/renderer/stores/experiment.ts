import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { checkArchitecture } from '../../shared/architecture/check'
import type { Experiment, Recipe } from '../../shared/experiment/schema'
import type { Settings } from '../../shared/settings'
import { defaultPreset, presetExperiment, presets, type PresetName } from '../../shared/presets'

/** Typing changes the recipe several times a second; it is kept once it rests. */
const KEEP_MS = 300

/** The experiment being prepared: the chosen architecture with its recipe as the user has set it. */
export const useExperiment = defineStore('experiment', () => {
  const preset = ref<PresetName>(defaultPreset)
  const experiment = ref<Experiment>(presetExperiment(defaultPreset))
  const check = computed(() => checkArchitecture(experiment.value.architecture))

  /** Another architecture brings the recipe it is meant for; the number of pictures stays. */
  function choose(name: PresetName): void {
    const { trainLimit, testLimit } = experiment.value.recipe
    preset.value = name
    experiment.value = presetExperiment(name)
    Object.assign(experiment.value.recipe, { trainLimit, testLimit })
  }

  function resetRecipe(): void {
    experiment.value.recipe = structuredClone(presets[preset.value].recipe)
  }

  /** Takes up what was being prepared when the app was closed, and keeps what is changed from now on. */
  function remember(kept: Settings['experiment'], keep: (experiment: Settings['experiment']) => void): void {
    if (kept) {
      choose(kept.preset)
      experiment.value.recipe = kept.recipe
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const changed = (): void => {
      clearTimeout(timer)
      // A copy without proxies: it crosses to another process.
      const recipe = JSON.parse(JSON.stringify(experiment.value.recipe)) as Recipe
      timer = setTimeout(() => keep({ preset: preset.value, recipe }), KEEP_MS)
    }
    watch([preset, () => experiment.value.recipe], changed, { deep: true })
  }

  return { remember, preset, experiment, check, choose, resetRecipe }
})
