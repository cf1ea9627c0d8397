import { copyOf } from '../../../shared/copy'
import { useTimeoutFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Experiment } from '../../../shared/experiment/schema'
import type { LibraryChange } from '../../../shared/run/change'
import type { Progress, TrainingEvent } from '../../../shared/run/events'
import type { RunDetail, StepMetrics } from '../../../shared/run/schema'
import type { TrainingState } from '../../../shared/run/training'
import { request, useTrainerPort } from '../bridge'
import { groupSteps, readCurve, type CurvePoint } from '../curves'

const REDRAW_MS = 500

/** More points of one curve than any chart is wide. */
const POINTS = 3000
/** So many points are held before they are read anew in groups. */
const MOST_POINTS = 4 * POINTS
/** The library may be a little behind the port; what it lacks after so many readings was never written. */
const MOST_READINGS = 10

/** The run that the Train screen shows: the one in progress, or the last one until another starts. */
export const useTraining = defineStore('training', () => {
  const state = ref<TrainingState | null>(null)
  const detail = shallowRef<RunDetail | null>(null)
  /** Points of the curves: as the library gave them, then, in groups of the same size, those that came by the port. */
  const steps = shallowRef<CurvePoint[]>([])
  const progress = computed(() => state.value?.progress ?? null)
  /** The newest record of the layers; null where the run keeps none. */
  const diagnostics = computed(() => detail.value?.diagnostics ?? null)
  const active = computed(() => state.value !== null)

  let kept: CurvePoint[] = []
  let live: StepMetrics[] = []
  const waiting: StepMetrics[] = []
  const redraw = useTimeoutFn(() => add(waiting.splice(0)), REDRAW_MS, { immediate: false })
  /** The run that was asked for last; a slower answer for another comes too late. */
  let wanted: string | null = null
  /** Whether the next step by the port is the first after a checkpoint, from which on all was taken back. */
  let resumed = false
  /** Whether the wish to take a run up is under way: a second click must not undo what the first has prepared. */
  let takingUp = false
  let reading = false
  let readings = 0
  /** A shown run that was deleted: who brings it back sees it again. */
  let gone: string | null = null

  async function load(): Promise<void> {
    state.value = await request('training.state')
    if (!state.value) return
    // First the port: what it brings while the curve is read is not missed.
    await request('training.connect')
    await show(state.value.run)
  }

  /** Reads a run and its curves from the library. */
  async function show(id: string): Promise<void> {
    wanted = id
    gone = null
    readings = 0
    const [fresh, curve] = await Promise.all([request('runs.get', { id }), readCurve(id, POINTS)])
    if (wanted !== id) return
    detail.value = fresh
    kept = curve
    join()
  }

  function forget(): void {
    wanted = null
    kept = []
    live = []
    waiting.length = 0
    steps.value = []
    detail.value = null
  }

  /** Figures of epochs and how the run stands; curves go on as their steps arrive. */
  async function refresh(id: string): Promise<void> {
    const fresh = await request('runs.get', { id })
    // What the port has brought of the layers is not older than what is written.
    if (detail.value?.summary.id === id)
      detail.value = { ...fresh, diagnostics: diagnostics.value ?? fresh.diagnostics }
  }

  function note(event: LibraryChange): void {
    const shown = detail.value
    if (event.type === 'run-removed') {
      if (event.id !== shown?.summary.id) return
      forget()
      gone = event.id
    } else if (event.run.id === gone && !shown) void show(event.run.id)
    else if (event.run.id !== shown?.summary.id) return
    else if (event.run.epochsDone !== shown.epochs.length || shown.stepsPerEpoch === null) void refresh(event.run.id)
    else detail.value = { ...shown, summary: event.run }
  }

  async function start(experiment: Experiment): Promise<void> {
    forget()
    gone = null
    // A copy without proxies: it crosses to another process.
    const { id } = await request('training.start', copyOf(experiment))
    await show(id)
  }

  /** Goes on with an ended run from its newest checkpoint. */
  async function takeUp(id: string): Promise<void> {
    if (takingUp) return
    takingUp = true
    resumed = true
    try {
      await request('training.continue', { id })
    } catch (error) {
      resumed = false
      throw error
    } finally {
      takingUp = false
    }
    if (detail.value?.summary.id !== id) forget()
    await show(id)
  }

  /** Charts of thousands of points are drawn anew twice a second, not with every message. */
  function gather(arrived: StepMetrics[]): void {
    waiting.push(...arrived)
    if (!redraw.isPending.value) redraw.start()
  }

  function add(arrived: StepMetrics[]): void {
    const first = arrived[0]?.step
    if (first === undefined) return
    live = live.filter(({ step }) => step < first)
    if (resumed) kept = kept.filter(({ step }) => step < first)
    resumed = false
    live.push(...arrived)
    join()
  }

  /** Steps of the port go on where the library's end; what lies between them, or is too much, is read from there. */
  function join(): void {
    draw()
    const missing = live.length > 0 && live[0]!.step > (kept.at(-1)?.step ?? -1) + 1 && readings < MOST_READINGS
    if (missing || steps.value.length > MOST_POINTS) void readAnew()
  }

  function draw(): void {
    const last = kept.at(-1)?.step ?? -1
    live = live.filter(({ step }) => step > last)
    const size = kept.length > 1 ? kept[1]!.step - kept[0]!.step : 1
    steps.value = [...kept, ...groupSteps(live, size)]
  }

  async function readAnew(): Promise<void> {
    const id = wanted
    if (reading || id === null) return
    reading = true
    readings += 1
    try {
      const curve = await readCurve(id, POINTS)
      if (wanted !== id) return
      kept = curve
      draw()
    } finally {
      reading = false
    }
  }

  function follow(next: TrainingState | null): void {
    // What main tells of a run does not always say how far it is.
    const former = state.value?.run === next?.run ? state.value?.progress : null
    state.value = next && { ...next, progress: next.progress ?? former ?? null }
  }

  /** How far the run is comes by the port; of the run itself main tells. */
  function advance(progress: Progress): void {
    if (state.value) state.value = { ...state.value, progress }
  }

  useTrainerPort((port) => {
    port.onmessage = ({ data: event }: MessageEvent<TrainingEvent>) => {
      if (event.type === 'progress') advance(event.progress)
      if (event.type === 'steps') gather(event.steps)
      if (event.type === 'diagnostics' && detail.value)
        detail.value = { ...detail.value, diagnostics: event.diagnostics }
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
