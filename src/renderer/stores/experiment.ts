import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { checkArchitecture } from '../../shared/architecture/check'
import type { Experiment } from '../../shared/experiment/schema'
import { defaultPreset, presetExperiment, presets, type PresetName } from '../../shared/presets'

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

  return { preset, experiment, check, choose, resetRecipe }
})
