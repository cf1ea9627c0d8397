import { shallowRef, type ShallowRef } from 'vue'
import type { Range } from './trace'

/** Where the reader points in charts that stand together. */
export interface Cursor {
  x: number
  /** Whose lines are next to the pointer, the next first; null where a key moved the cursor. */
  owners: readonly string[] | null
}

/** What charts over one axis have in common: the part that is shown, where the reader points, what is switched off. */
export interface ChartView {
  /** Null for the whole. */
  range: ShallowRef<Range | null>
  cursor: ShallowRef<Cursor | null>
  /** Lines and owners that are switched off, by `hiddenKey`. */
  hidden: ShallowRef<ReadonlySet<string>>
  /** The owner whose lines stand out. */
  highlighted: ShallowRef<string | null>
}

export const makeChartView = (): ChartView => ({
  range: shallowRef(null),
  cursor: shallowRef(null),
  hidden: shallowRef(new Set()),
  highlighted: shallowRef(null)
})

/** What can be switched: an owner, a line of all owners, the faint lines, the marks of best epochs. */
export type Switch = { owner: string } | { line: string } | 'raw' | 'marks'

export const switchKey = (one: Switch): string =>
  typeof one === 'string' ? one : 'owner' in one ? `owner ${one.owner}` : `line ${one.line}`

/** A range within the limits and at least `shortest` long: moved rather than cut. Null where it is all there is. */
export function within(range: Range, limits: Range, shortest: number): Range | null {
  const length = Math.max(Math.min(shortest, limits.to - limits.from), range.to - range.from)
  if (length >= (limits.to - limits.from) * (1 - 1e-9)) return null
  const middle = (range.from + range.to) / 2
  const from = Math.max(limits.from, Math.min(limits.to - length, middle - length / 2))
  return { from, to: from + length }
}

/** A range made `factor` times as long, of which `place` stays where it is. */
export const scaled = (range: Range, factor: number, place = (range.from + range.to) / 2): Range => ({
  from: place - (place - range.from) * factor,
  to: place + (range.to - place) * factor
})
