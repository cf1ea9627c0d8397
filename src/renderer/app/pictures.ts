import { shallowReactive, watch } from 'vue'
import type { SplitName } from '../../shared/experiment/dataset'
import type { DatasetName } from '../../shared/experiment/schema'
import { request } from './bridge'

/** A picture as main gives it: RGBA, ready for a canvas. */
export interface Pixels {
  width: number
  height: number
  data: Uint8Array
}

/** The most that one request may ask for. */
const AT_ONCE = 200
/** So many are kept, which is far more than a screen shows: 4 kB each. */
const KEPT = 4000

export interface Division {
  dataset: DatasetName
  split: SplitName
}

/**
 * The pictures of a data set that are wanted now, by their numbers, as they come: `of` gives one or undefined. Numbers and
 * the division they belong to are asked for together, so that no picture of another division is ever shown for one.
 */
export function usePixels(wanted: () => Division & { numbers: readonly number[] }): {
  of: (division: Division, number: number) => Pixels | undefined
} {
  const known = shallowReactive(new Map<string, Pixels>())
  const keyOf = ({ dataset, split }: Division, number: number): string => `${dataset} ${split} ${number}`
  let reading = false

  async function read(): Promise<void> {
    if (reading) return
    reading = true
    try {
      for (;;) {
        const { numbers, dataset, split } = wanted()
        const missing = numbers.filter((number) => !known.has(keyOf({ dataset, split }, number))).slice(0, AT_ONCE)
        if (missing.length === 0) return
        const { pixels, ...size } = await request('datasets.pictures', { name: dataset, split, indices: missing })
        missing.forEach((number, place) => {
          known.set(keyOf({ dataset, split }, number), { ...size, data: pixels[place]! })
        })
        forget()
      }
    } finally {
      reading = false
    }
  }

  /** Those that came first go first, but for those on the screen. */
  function forget(): void {
    const { numbers, ...division } = wanted()
    const needed = new Set(numbers.map((number) => keyOf(division, number)))
    for (const key of known.keys()) {
      if (known.size <= KEPT) return
      if (!needed.has(key)) known.delete(key)
    }
  }

  watch(wanted, () => void read(), { immediate: true })
  return { of: (division, number) => known.get(keyOf(division, number)) }
}
