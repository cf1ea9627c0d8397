import { markRaw, shallowReactive, shallowRef, watch, type Ref } from 'vue'
import type { RunSummary } from '../../shared/run/schema'

/** A row of the table: who it is, and what it showed first. */
export interface RunRow {
  id: string
  first: RunSummary
}

/**
 * Rows for a table of runs. ElTable draws all of them where its data change, which takes a fifth of a second for fifty.
 * So these change only where runs come, go or move; what a run is by now is read by each cell through `runOf`, and one
 * that changed draws its own cells alone.
 */
export function useRows(runs: Ref<RunSummary[]>): { rows: Ref<RunRow[]>; runOf: (row: RunRow) => RunSummary } {
  const rows = shallowRef<RunRow[]>([])
  const latest = shallowReactive(new Map<string, RunSummary>())
  watch(
    runs,
    (now) => {
      for (const run of now) if (latest.get(run.id) !== run) latest.set(run.id, run)
      const isSame = now.length === rows.value.length && now.every(({ id }, index) => rows.value[index]!.id === id)
      if (isSame) return
      rows.value = now.map((run) => markRaw({ id: run.id, first: run }))
      const there = new Set(now.map(({ id }) => id))
      for (const id of latest.keys()) if (!there.has(id)) latest.delete(id)
    },
    { immediate: true }
  )
  return { rows, runOf: ({ id, first }) => latest.get(id) ?? first }
}
