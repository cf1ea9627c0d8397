import type { Series } from '../../../shared/run/series'

/**
 * A series in groups of consecutive values, each with mean, minimum and maximum over the finite ones. Groups are a power
 * of two long and count from the series' beginning, so that they depend on the run alone and a part of it looks as it
 * does in the whole.
 */
export interface Buckets {
  /** The last step of each group, ascending. */
  steps: Float64Array
  /** NaN, as the next two, where a group has no finite value. */
  mean: Float32Array
  minimum: Float32Array
  maximum: Float32Array
  /** Finite values in each group. */
  counts: Float32Array
}

/** Groups from `from` up to but not with `to`. */
export interface Range {
  from: number
  to: number
}

/** Each value as a group of its own. */
export function single({ steps, values }: Series): Buckets {
  // A loop, since `from` with a function takes a tenth of a second for a million values.
  const counts = new Float32Array(values.length)
  for (let index = 0; index < counts.length; index++) counts[index] = Number.isFinite(values[index]!) ? 1 : 0
  return { steps, mean: values, minimum: values, maximum: values, counts }
}

/** The groups that touch two steps, both included, and all between; null for open ends. */
export function rangeOf({ steps }: Pick<Buckets, 'steps'>, from: number | null, to: number | null): Range {
  const start = from === null ? 0 : placeOf(steps, from)
  if (to === null) return { from: start, to: steps.length }
  const last = placeOf(steps, to)
  return { from: start, to: Math.min(steps[last] === to ? last + 1 : last, steps.length) }
}

/** The place of the first step that is not below `step`. */
function placeOf(steps: Float64Array, step: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle]! < step) low = middle + 1
    else high = middle
  }
  return low
}

/** How many values make a group so that a range of them has at most `points`. */
export function groupFor({ from, to }: Range, points: number): number {
  let group = 1
  while (to > from && Math.floor((to - 1) / group) - Math.floor(from / group) + 1 > points) group *= 2
  return group
}

/** Groups of `factor` groups each: all that the range touches. */
export function joined(buckets: Buckets, { from, to }: Range, factor: number): Buckets {
  const first = Math.floor(from / factor)
  const length = to > from ? Math.floor((to - 1) / factor) - first + 1 : 0
  const result = emptyBuckets(length)
  const { steps, mean, counts } = buckets
  for (let index = 0; index < length; index++) {
    const start = (first + index) * factor
    const end = Math.min(start + factor, steps.length)
    let sum = 0
    let count = 0
    let minimum = Infinity
    let maximum = -Infinity
    for (let place = start; place < end; place++) {
      const own = counts[place]!
      if (own === 0) continue
      sum += mean[place]! * own
      count += own
      minimum = Math.min(minimum, buckets.minimum[place]!)
      maximum = Math.max(maximum, buckets.maximum[place]!)
    }
    result.steps[index] = steps[end - 1]!
    result.mean[index] = count > 0 ? sum / count : NaN
    result.minimum[index] = count > 0 ? minimum : NaN
    result.maximum[index] = count > 0 ? maximum : NaN
    result.counts[index] = count
  }
  return result
}

export const emptyBuckets = (length: number): Buckets => ({
  steps: new Float64Array(length),
  mean: new Float32Array(length),
  minimum: new Float32Array(length),
  maximum: new Float32Array(length),
  counts: new Float32Array(length)
})
