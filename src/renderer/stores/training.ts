import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Experiment } from '../../shared/experiment/schema'
import { PORT } from '../../shared/ipc/channel'
import type { TrainingState } from '../../shared/ipc/routes'
import type { Progress, TrainingEvent } from '../../shared/run/events'
import type { Diagnostics, RunDetail, StepMetrics } from '../../shared/run/schema'
import { request } from '../bridge'
import { readCurve, type CurvePoint } from '../charts/curves'
import type { RunEvent } from './runs'

const REDRAW_MS = 500

/** More points of one curve than any chart is wide. */
const POINTS = 3000
/** So many points are held before they are read anew in groups. */
const MOST_POINTS = 4 * POINTS

/** The run that the Train screen shows: the one in progress, or the last one until another starts. */
export const useTraining = defineStore('training', () => {
  const state = ref<TrainingState | null>(null)
  const detail = shallowRef<RunDetail | null>(null)
  /** Points of the curves: groups of steps as the library gives them, then single ones as they come by the port. */
  const steps = shallowRef<CurvePoint[]>([])
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

  /** Reads a run and its curves from the library. */
  async function show(id: string): Promise<void> {
    const [fresh, curve] = await Promise.all([request('runs.get', { id }), readCurve(id, POINTS)])
    detail.value = fresh
    const last = curve.at(-1)?.step ?? -1
    steps.value = [...curve, ...steps.value.filter(({ step }) => step > last)]
    diagnostics.value = fresh.diagnostics
  }

  /** Figures of epochs and how the run stands; curves go on as their steps arrive. */
  async function refresh(id: string): Promise<void> {
    const fresh = await request('runs.get', { id })
    if (detail.value?.summary.id === id) detail.value = fresh
  }

  function note(event: RunEvent): void {
    const shown = detail.value
    if (event.type === 'run-removed' || event.run.id !== shown?.summary.id) return
    if (event.run.epochsDone !== shown.epochs.length || shown.stepsPerEpoch === null) void refresh(event.run.id)
    else detail.value = { ...shown, summary: event.run }
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
      const id = detail.value?.summary.id
      if (id !== undefined && steps.value.length > MOST_POINTS) void thinOut(id)
    }, REDRAW_MS)
  }

  /** Reads long curves anew in groups, so that a run of any length can be followed. */
  async function thinOut(id: string): Promise<void> {
    const curve = await readCurve(id, POINTS)
    const last = curve.at(-1)?.step ?? -1
    if (detail.value?.summary.id === id) steps.value = [...curve, ...steps.value.filter(({ step }) => step > last)]
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
    note,
    start,
    takeUp,
    follow,
    pause: () => request('training.pause'),
    resume: () => request('training.resume'),
    stop: () => request('training.stop')
  }
})
