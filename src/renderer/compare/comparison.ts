import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { describeError } from '../../shared/errors'
import type { LibraryChange } from '../../shared/run/change'
import type { RunDetail, RunSummary } from '../../shared/run/schema'
import { request } from '../app/bridge'
import { readCurve, type CurvePoint } from '../app/curves'
import { distinctPlaces } from '../charts/palette'
import { report } from '../app/report'
import { useRuns } from '../app/stores/runs'

/** Points of a curve: more than a chart is wide. */
const POINTS = 1500
/** What a newcomer wants to see side by side. */
const OFFERED = 2

/** A chosen run with what is drawn of it. */
export interface Compared {
  detail: RunDetail
  steps: CurvePoint[]
  /** Place in the palette of run colours, in the comparison its own as far as there are enough. */
  colour: number
}

/** The runs that are compared, on whatever page of the list they stand, kept up with the library. */
export const useComparison = defineStore('comparison', () => {
  /** In the order in which they were chosen. */
  const chosen = shallowRef<ReadonlyMap<string, RunSummary>>(new Map())
  const known = shallowRef<ReadonlyMap<string, Omit<Compared, 'colour'>>>(new Map())
  const places = shallowRef<ReadonlyMap<string, number>>(new Map())
  const compared = computed(() =>
    [...chosen.value.keys()]
      .flatMap((id): Compared[] => {
        const own = known.value.get(id)
        return own ? [{ ...own, colour: places.value.get(id)! }] : []
      })
      .sort((a, b) => a.detail.summary.number - b.detail.summary.number)
  )

  /** Chosen runs that left the library: whoever brings one back gets it back here. */
  const gone = new Set<string>()
  /** Runs that changed while nobody looked. */
  const stale = new Set<string>()
  /** The last reading of each run; an earlier one that ends later is void. */
  const readings = new Map<string, number>()
  let shown = false
  let offered = false

  function set(runs: ReadonlyMap<string, RunSummary>): void {
    chosen.value = runs
    places.value = distinctPlaces(places.value, [...runs.values()])
    known.value = new Map([...known.value].filter(([id]) => runs.has(id)))
  }

  function choose(runs: readonly RunSummary[]): void {
    offered = true
    const fresh = runs.filter(({ id }) => !chosen.value.has(id))
    set(new Map([...chosen.value, ...fresh.map((run) => [run.id, run] as const)]))
    void read(fresh.map(({ id }) => id))
  }

  function unchoose(ids: readonly string[]): void {
    set(new Map([...chosen.value].filter(([id]) => !ids.includes(id))))
  }

  function toggle(run: RunSummary): void {
    if (chosen.value.has(run.id)) unchoose([run.id])
    else choose([run])
  }

  function clear(): void {
    gone.clear()
    set(new Map())
  }

  /** The colour of a run wherever it stands beside the chosen ones. */
  const colourOf = ({ id, colour }: RunSummary): number => places.value.get(id) ?? colour

  /** Reads figures and curves; runs that cannot be read are chosen no longer. All come at once, so that charts are drawn once. */
  async function read(ids: readonly string[]): Promise<void> {
    const fresh = new Map<string, Omit<Compared, 'colour'>>()
    const lost: string[] = []
    await Promise.all(
      ids.map(async (id) => {
        const mine = (readings.get(id) ?? 0) + 1
        readings.set(id, mine)
        try {
          const [detail, steps] = await Promise.all([request('runs.get', { id }), readCurve(id, POINTS)])
          if (readings.get(id) === mine) fresh.set(id, { detail, steps })
        } catch (error) {
          if (!chosen.value.has(id)) return
          lost.push(id)
          if (describeError(error).code !== 'run-missing') report(error)
        }
      })
    )
    if (lost.length > 0) unchoose(lost)
    known.value = new Map([...known.value, ...fresh].filter(([id]) => chosen.value.has(id)))
  }

  /** Figures and curve are read anew where an epoch came or the run took another turn; the rest comes with the event. */
  function renew(summary: RunSummary): void {
    const former = known.value.get(summary.id)
    if (!former) return
    const { epochs, summary: before } = former.detail
    if (summary.epochsDone !== epochs.length || summary.status !== before.status) {
      void read([summary.id])
      return
    }
    const detail = { ...former.detail, summary }
    known.value = new Map([...known.value, [summary.id, { ...former, detail }]])
  }

  function follow(event: LibraryChange): void {
    if (event.type === 'run-removed') {
      if (!chosen.value.has(event.id)) return
      gone.add(event.id)
      unchoose([event.id])
      return
    }
    const { run } = event
    if (gone.delete(run.id)) choose([run])
    if (!chosen.value.has(run.id)) return
    chosen.value = new Map([...chosen.value, [run.id, run]])
    if (shown) renew(run)
    else stale.add(run.id)
  }
  useRuns().subscribe(follow)

  /** To be called when the comparison comes into view: takes up what changed meanwhile. */
  function show(): void {
    shown = true
    for (const id of stale) {
      const run = chosen.value.get(id)
      if (run) renew(run)
    }
    stale.clear()
    if (!offered) void offer()
  }

  function hide(): void {
    shown = false
  }

  async function offer(): Promise<void> {
    const { runs } = await request('runs.list', { evaluated: true, limit: OFFERED })
    if (!offered && runs.length > 0) choose(runs)
  }

  return { chosen, compared, choose, unchoose, toggle, clear, colourOf, show, hide }
})
