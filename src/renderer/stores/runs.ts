import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { RunSummary } from '../../shared/run/schema'
import { request } from '../bridge'

/** The saved runs, the newest first, as the library lists them. */
export const useRuns = defineStore('runs', () => {
  const list = ref<RunSummary[]>([])
  const loaded = ref(false)

  async function load(): Promise<void> {
    list.value = await request('runs.list')
    loaded.value = true
  }

  async function rename(id: string, name: string): Promise<void> {
    await request('runs.rename', { id, name })
  }

  async function remove(id: string): Promise<void> {
    await request('runs.delete', { id })
  }

  return { list, loaded, load, rename, remove }
})
