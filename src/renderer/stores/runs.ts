import { defineStore } from 'pinia'
import { onActivated, onBeforeUnmount, onDeactivated, ref, shallowRef, watch, type Ref } from 'vue'
import type { WindowEvent } from '../../shared/ipc/events'
import type { RunQueryInput } from '../../shared/run/query'
import type { RunSummary } from '../../shared/run/schema'
import { request } from '../bridge'

export type RunEvent = Extract<WindowEvent, { type: 'run-added' | 'run-changed' | 'run-removed' }>

/** What the library says of its runs: how many there are, and each change to whoever listens. */
export const useRuns = defineStore('runs', () => {
  /** Runs that are neither archived nor deleted. */
  const total = ref(0)
  const loaded = ref(false)
  const listeners = new Set<(event: RunEvent) => void>()

  async function load(): Promise<void> {
    total.value = (await request('runs.list', { limit: 1 })).total
    loaded.value = true
  }

  function follow(event: RunEvent): void {
    if (event.type !== 'run-changed') void load()
    for (const listener of listeners) listener(event)
  }

  /** Gives a function that ends it. */
  function subscribe(listener: (event: RunEvent) => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return { total, loaded, load, follow, subscribe }
})

/**
 * The page of runs that a query asks for, kept up with the library: a run that changed is replaced in its place, and
 * only where runs come or go is the page read anew. While its view is not shown it does nothing.
 */
export function useRunPage(query: Ref<RunQueryInput>): {
  runs: Ref<RunSummary[]>
  total: Ref<number>
  loaded: Ref<boolean>
  reload: () => Promise<void>
} {
  const store = useRuns()
  const runs = shallowRef<RunSummary[]>([])
  const total = ref(0)
  const loaded = ref(false)
  let shown = true
  let stale = false
  let asked = 0

  async function reload(): Promise<void> {
    stale = !shown
    if (stale) return
    const mine = ++asked
    const page = await request('runs.list', query.value)
    if (mine !== asked) return
    runs.value = page.runs
    total.value = page.total
    loaded.value = true
  }

  const end = store.subscribe((event) => {
    if (!shown) return void (stale = true)
    if (event.type !== 'run-changed') return void reload()
    const place = runs.value.findIndex(({ id }) => id === event.run.id)
    if (place >= 0) runs.value = runs.value.map((run, index) => (index === place ? event.run : run))
  })
  onActivated(() => {
    shown = true
    if (stale) void reload()
  })
  onDeactivated(() => (shown = false))
  onBeforeUnmount(end)
  watch(query, () => void reload(), { immediate: true, deep: true })
  return { runs, total, loaded, reload }
}
