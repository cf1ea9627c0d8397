import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Experiment } from '../../shared/experiment/schema'
import { PORT } from '../../shared/ipc/channel'
import type { TrainingState } from '../../shared/ipc/routes'
import type { Progress, TrainingEvent } from '../../shared/run/events'
import type { Diagnostics, RunDetail, StepMetrics } from '../../shared/run/schema'
import { request } from '../bridge'

const REDRAW_MS = 500

/** The run that the Train screen shows: the one in progress, or the last one until another starts. */
export const useTraining = defineStore('training', () => {
  const state = ref<TrainingState | null>(null)
  const detail = shallowRef<RunDetail | null>(null)
  /** Steps that came by the port; those from before a reload are in `detail`. */
  const steps = shallowRef<StepMetrics[]>([])
  const progress = ref<Progress | null>(null)
  /** The newest record of the layers; null where the run keeps none. */
  const diagnostics = shallowRef<Diagnostics | null>(null)
  const active = computed(() => state.value !== null)

  const waiting: StepMetrics[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    state.value = await request('training.state')
    progress.value = state.value?.progress ?? null
    if (!state.value) return
    await show(state.value.run)
    await request('training.connect')
  }

  /** Reads a run from the library; its steps replace those shown. */
  async function show(id: string): Promise<void> {
    const fresh = await request('runs.get', { id })
    const last = fresh.steps.at(-1)?.step ?? -1
    const later = detail.value?.summary.id === id ? steps.value.filter(({ step }) => step > last) : []
    detail.value = fresh
    steps.value = [...fresh.steps, ...later]
    const records = fresh.experiment.recipe.diagnosticsEvery === null ? [] : await request('runs.diagnostics', { id })
    diagnostics.value = records.at(-1) ?? null
  }

  async function start(experiment: Experiment): Promise<void> {
    steps.value = []
    waiting.length = 0
    progress.value = null
    detail.value = null
    diagnostics.value = null
    // A copy without proxies: it crosses to another process.
    const { id } = await request('training.start', JSON.parse(JSON.stringify(experiment)) as Experiment)
    await show(id)
  }

  /** Goes on with an ended run from its newest checkpoint. */
  async function takeUp(id: string): Promise<void> {
    progress.value = null
    await request('training.continue', { id })
    steps.value = []
    await show(id)
  }

  /** Charts of thousands of points are drawn anew twice a second, not with every message. */
  function gather(arrived: StepMetrics[]): void {
    waiting.push(...arrived)
    timer ??= setTimeout(() => {
      timer = undefined
      const last = steps.value.at(-1)?.step ?? -1
      steps.value = [...steps.value, ...waiting.splice(0).filter(({ step }) => step > last)]
    }, REDRAW_MS)
  }

  function follow(next: TrainingState | null): void {
    state.value = next
    if (next?.progress) progress.value = next.progress
    if (!next) progress.value = null
  }

  window.addEventListener('message', ({ data, ports, source }) => {
    if (source !== window || data !== PORT) return
    ports[0]!.onmessage = ({ data: event }: MessageEvent<TrainingEvent>) => {
      if (event.type === 'progress') progress.value = event.progress
      if (event.type === 'steps') gather(event.steps)
      if (event.type === 'diagnostics') diagnostics.value = event.diagnostics
    }
  })

  return {
    state,
    detail,
    steps,
    progress,
    diagnostics,
    active,
    load,
    show,
    start,
    takeUp,
    follow,
    pause: () => request('training.pause'),
    resume: () => request('training.resume'),
    stop: () => request('training.stop')
  }
})
