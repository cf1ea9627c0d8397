import { copyOf } from '../../../shared/copy'
import { useThrottleFn, useTimeoutFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Experiment } from '../../../shared/experiment/schema'
import type { LibraryChange } from '../../../shared/run/change'
import type { Progress, TrainingEvent } from '../../../shared/run/events'
import type { RunDetail, RunSummary, StepMetrics } from '../../../shared/run/schema'
import type { TrainingState } from '../../../shared/run/training'
import { request, useTrainerPort } from '../bridge'
import { groupSteps, readCurve, type CurvePoint } from '../curves'

const REDRAW_MS = 500
/** Curves of a run that another process trains are read anew at most so often. */
const REREAD_MS = 2000

/** More points of one curve than any chart is wide. */
const POINTS = 3000
/** So many points are held before they are read anew in groups. */
const MOST_POINTS = 4 * POINTS
/** The library may be a little behind the port; what it lacks after so many readings was never written. */
const MOST_READINGS = 10

/** The run in progress, and the run that the Train screen shows: that one, or any of the library. */
export const useTraining = defineStore('training', () => {
  const state = ref<TrainingState | null>(null)
  const detail = shallowRef<RunDetail | null>(null)
  /** Whether it is known if there is any run to show. */
  const loaded = ref(false)
  /** Points of the curves: as the library gave them, then, in groups of the same size, those that came by the port. */
  const steps = shallowRef<CurvePoint[]>([])
  const progress = computed(() => state.value?.progress ?? null)
  /** The newest record of the layers; null where the run keeps none. */
  const diagnostics = computed(() => detail.value?.diagnostics ?? null)
  const active = computed(() => state.value !== null)
  /** What the library told last of the run in progress. */
  const told = shallowRef<RunSummary | null>(null)
  const running = computed<RunSummary | null>(() => {
    const shown = detail.value?.summary
    return [shown, told.value].find((summary) => summary && summary.id === state.value?.run) ?? null
  })

  /** The shown run's, as the library gave them. */
  let kept: CurvePoint[] = []
  let keptOf: string | null = null
  /** Steps that came by the port, and the run that they are of. */
  let live: StepMetrics[] = []
  let liveOf: string | null = null
  const waiting: StepMetrics[] = []
  const redraw = useTimeoutFn(() => add(waiting.splice(0)), REDRAW_MS, { immediate: false })
  const reread = useThrottleFn(() => readAnew(), REREAD_MS, true)
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
    const current = await request('training.state')
    follow(current)
    // First the port: what it brings while the curve is read is not missed.
    if (current) await request('training.connect')
    if (wanted === null) await showLast()
    loaded.value = true
  }

  /** Shows the run in progress, or else the newest of the library; none where there is none. */
  async function showLast(): Promise<void> {
    const before = wanted
    const id = state.value?.run ?? (await request('runs.list', { limit: 1 })).runs[0]?.id
    // Another may have been asked for meanwhile.
    if (id !== undefined && wanted === before) await present(id)
  }

  /** Reads a run and its curves from the library. */
  async function present(id: string): Promise<void> {
    wanted = id
    readings = 0
    try {
      const [fresh, curve] = await Promise.all([request('runs.get', { id }), readCurve(id, POINTS)])
      if (wanted !== id) return
      detail.value = fresh
      kept = curve
      keptOf = id
      join()
    } catch (error) {
      if (wanted === id) wanted = detail.value?.summary.id ?? null
      throw error
    }
  }

  /** Shows a run of the library until another is asked for or begins. */
  async function show(id: string): Promise<void> {
    gone = null
    await present(id)
  }

  function forget(): void {
    wanted = null
    keptOf = null
    kept = []
    steps.value = []
    detail.value = null
  }

  /** Whether what comes by the port is of the run whose curves are shown. */
  const isLive = (): boolean => liveOf === null || liveOf === keptOf

  /** From now on the port brings steps of this run. */
  function expect(run: string): void {
    if (liveOf === run) return
    liveOf = run
    live = []
    waiting.length = 0
  }

  /** Figures of epochs and how the run stands; curves go on as their steps arrive. */
  async function refresh(id: string): Promise<void> {
    const fresh = await request('runs.get', { id })
    if (detail.value?.summary.id !== id) return
    // What the port has brought of the layers is not older than what is written.
    const newest = (isLive() ? diagnostics.value : null) ?? fresh.diagnostics
    detail.value = { ...fresh, diagnostics: newest }
  }

  function note(event: LibraryChange): void {
    const shown = detail.value
    if (event.type === 'run-removed') {
      if (event.id !== shown?.summary.id) return
      forget()
      gone = event.id
      void showLast()
      return
    }
    const { run } = event
    if (run.id === state.value?.run) told.value = run
    // Where nothing is shown yet, a run that begins is what there is to see, whoever began it.
    const isFirst = wanted === null && run.id === state.value?.run
    if (run.id === gone || isFirst) void show(run.id)
    else if (run.id !== shown?.summary.id) return
    else if (run.epochsDone !== shown.epochs.length || shown.stepsPerEpoch === null) void refresh(run.id)
    else detail.value = { ...shown, summary: run }
    // No port brings the steps of a run that another process trains.
    const isShown = run.id === shown?.summary.id
    if (isShown && run.id !== state.value?.run && run.steps > shown.summary.steps) void reread()
  }

  async function start(experiment: Experiment): Promise<void> {
    // A copy without proxies: it crosses to another process.
    const { id } = await request('training.start', copyOf(experiment))
    expect(id)
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
    expect(id)
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
    if (resumed && isLive()) kept = kept.filter(({ step }) => step < first)
    resumed = false
    live.push(...arrived)
    if (isLive()) join()
    // What is not shown need not be kept: whoever looks at it later reads it from the library.
    else live = live.slice(-MOST_POINTS)
  }

  /** Steps of the port go on where the library's end; what lies between them, or is too much, is read from there. */
  function join(): void {
    draw()
    const first = isLive() ? live[0]?.step : undefined
    const missing = first !== undefined && first > (kept.at(-1)?.step ?? -1) + 1 && readings < MOST_READINGS
    if (missing || steps.value.length > MOST_POINTS) void readAnew()
  }

  function draw(): void {
    if (!isLive()) {
      steps.value = kept
      return
    }
    const last = kept.at(-1)?.step ?? -1
    live = live.filter(({ step }) => step > last)
    const size = kept.length > 1 ? kept[1]!.step - kept[0]!.step : 1
    steps.value = [...kept, ...groupSteps(live, size)]
  }

  async function readAnew(): Promise<void> {
    const id = keptOf
    if (reading || id === null) return
    reading = true
    readings += 1
    try {
      const curve = await readCurve(id, POINTS)
      if (keptOf !== id) return
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
    if (next) expect(next.run)
  }

  /** How far the run is comes by the port; of the run itself main tells. */
  function advance(progress: Progress): void {
    if (state.value) state.value = { ...state.value, progress }
  }

  useTrainerPort((port) => {
    port.onmessage = ({ data: event }: MessageEvent<TrainingEvent>) => {
      if (event.type === 'progress') advance(event.progress)
      if (event.type === 'steps') gather(event.steps)
      if (event.type === 'diagnostics' && detail.value && isLive())
        detail.value = { ...detail.value, diagnostics: event.diagnostics }
    }
  })

  return {
    state,
    running,
    loaded,
    detail,
    steps,
    progress,
    diagnostics,
    active,
    load,
    show,
    showLast,
    note,
    start,
    takeUp,
    follow,
    pause: () => request('training.pause'),
    resume: () => request('training.resume'),
    stop: () => request('training.stop')
  }
})
