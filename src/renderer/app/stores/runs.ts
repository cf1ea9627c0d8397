import { defineStore } from 'pinia'
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { LibraryChange } from '../../../shared/run/change'
import type { RunQueryInput } from '../../../shared/run/query'
import type { RunSummary } from '../../../shared/run/schema'
import { request } from '../bridge'
import { onceShown, useShown } from '../shown'

/** What the library says of its runs: how many there are, and each change to whoever listens. */
export const useRuns = defineStore('runs', () => {
  /** Runs that are neither archived nor deleted. */
  const total = ref(0)
  const loaded = ref(false)
  const listeners = new Set<(event: LibraryChange) => void>()

  async function load(): Promise<void> {
    total.value = (await request('runs.list', { limit: 1 })).total
    loaded.value = true
  }
  const reload = oneAtATime(load)

  function follow(event: LibraryChange): void {
    if (event.type !== 'run-changed') reload()
    for (const listener of listeners) listener(event)
  }

  /** Gives a function that ends it. */
  function subscribe(listener: (event: LibraryChange) => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return { total, loaded, load, follow, subscribe }
})

/** A function that does the work, and once more afterwards where it was called meanwhile: runs may come by the hundred. */
function oneAtATime(work: () => Promise<void>): () => void {
  let running = false
  let due = false
  const run = async (): Promise<void> => {
    if (running) {
      due = true
      return
    }
    running = true
    try {
      await work()
    } finally {
      running = false
      if (due) {
        due = false
        void run()
      }
    }
  }
  return () => void run()
}

/**
 * The page of runs that a query asks for, kept up with the library: a run that changed is replaced in its place, and
 * only where runs come or go is the page read anew. While its view is not shown it does nothing.
 */
export function useRunPage(query: Ref<RunQueryInput>): {
  runs: Ref<RunSummary[]>
  total: Ref<number>
  loaded: Ref<boolean>
} {
  const store = useRuns()
  const runs = shallowRef<RunSummary[]>([])
  const total = ref(0)
  const loaded = ref(false)

  async function read(): Promise<void> {
    const page = await request('runs.list', query.value)
    runs.value = page.runs
    total.value = page.total
    loaded.value = true
  }
  const shown = useShown()
  const reload = onceShown(oneAtATime(read))

  const end = store.subscribe((event) => {
    if (event.type !== 'run-changed' || !shown.value) return reload()
    const { run } = event
    const place = runs.value.findIndex(({ id }) => id === run.id)
    if (place >= 0) runs.value = runs.value.map((one, index) => (index === place ? run : one))
    else if (query.value.evaluated && run.epochsDone === 1) reload()
  })
  onBeforeUnmount(end)
  watch(query, reload, { immediate: true, deep: true })
  return { runs, total, loaded }
}
