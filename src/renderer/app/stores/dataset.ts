import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { describeError } from '../../../shared/errors'
import type { ErrorRecord } from '../../../shared/errorRecord'
import type { DatasetInfo } from '../../../shared/experiment/dataset'
import { request } from '../bridge'

/** The cached data set, or why it cannot be read. */
export const useDataset = defineStore('dataset', () => {
  const info = shallowRef<DatasetInfo | null>(null)
  const error = ref<ErrorRecord | null>(null)

  async function load(): Promise<void> {
    try {
      info.value = await request('datasets.get', { name: 'cifar10' })
      error.value = null
    } catch (cause) {
      error.value = describeError(cause)
    }
  }

  return { info, error, load }
})
