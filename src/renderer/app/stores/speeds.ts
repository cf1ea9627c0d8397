import { defineStore } from 'pinia'
import { shallowRef, ref, watch } from 'vue'
import { copyOf } from '../../../shared/copy'
import type { CheckedArchitecture } from '../../../shared/architecture/check'
import type { Experiment, Recipe } from '../../../shared/experiment/schema'
import { estimateTime, noSpeeds, type TimeEstimate } from '../../../shared/run/speed'
import { request } from '../bridge'
import { useApp } from './app'
import { useDataset } from './dataset'
import { useRuns } from './runs'

/** How fast this computer trains, for all who say how long something takes. */
export const useSpeeds = defineStore('speeds', () => {
  const app = useApp()
  const dataset = useDataset()
  const speeds = shallowRef(noSpeeds)
  /** How far a measurement is, 0 to 1; null while there is none. */
  const measuring = ref<number | null>(null)

  async function load(): Promise<void> {
    speeds.value = await request('training.speeds')
  }

  // Nothing is known while the device is not; any run's first epoch tells how fast it is.
  watch(
    () => app.info?.device ?? null,
    (device) => device && void load(),
    { immediate: true }
  )
  useRuns().subscribe((event) => {
    if (event.type === 'run-removed' || event.run.epochsDone === 1) void load()
  })

  /** How long training takes on this computer; null where that cannot be told yet. */
  const estimate = (network: CheckedArchitecture, recipe: Recipe): TimeEstimate | null =>
    dataset.info && estimateTime(network, recipe, dataset.info.counts, speeds.value)

  /** Trains for a moment to see how fast that is; keeps no run. */
  const measure = (experiment: Experiment): Promise<boolean> => request('training.measure', copyOf(experiment))

  return { speeds, measuring, load, estimate, measure, cancel: () => request('training.cancelMeasure') }
})
