import { formatCount, formatDecimal, formatShare, formatWith } from '../app/format'
import type { Axis, Series } from './series'
import type { Unit } from './ticks'
import { nearest } from './trace'

/** What a line has at a place. */
export interface Reading {
  series: Series
  /** The point that is meant. */
  x: number
  value: number
  /** The value as it was recorded, where the line is a smoothed one. */
  raw: number | null
  /** It is the marked one, as the best epoch. */
  marked: boolean
}

/** The values of all lines next to a place, in their order. `tolerance` is how far away a point still counts. */
export function readingsAt(series: readonly Series[], x: number, tolerance: number): Reading[] {
  return series.flatMap((one) => {
    const place = nearest(one.trace, x, tolerance)
    if (place === null) return []
    const raw = one.raw ? nearest(one.raw, one.trace.x[place]!, 0) : null
    return [
      {
        series: one,
        x: one.trace.x[place]!,
        value: one.trace.y[place]!,
        raw: raw === null ? null : one.raw!.y[raw]!,
        marked: one.marked === place
      }
    ]
  })
}

/** Whose lines come next to a point, the next first, each owner once. */
export function ownersByDistance(readings: readonly Reading[], distance: (value: number) => number): string[] {
  const sorted = readings
    .map(({ series, value }) => ({ owner: series.owner, away: distance(value) }))
    .sort((a, b) => a.away - b.away)
  return [...new Set(sorted.map(({ owner }) => owner))]
}

/** The readings of at most so many owners: the next to the pointer, in the order in which they were; and how many others. */
export function cutReadings(
  readings: readonly Reading[],
  owners: readonly string[] | null,
  most: number
): { readings: Reading[]; others: number } {
  const all = [...new Set(readings.map(({ series }) => series.owner))]
  if (all.length <= most) return { readings: [...readings], others: 0 }
  const known = (owners ?? []).filter((owner) => all.includes(owner))
  const kept = new Set([...new Set([...known, ...all])].slice(0, most))
  return { readings: readings.filter(({ series }) => kept.has(series.owner)), others: all.length - kept.size }
}

/** A value as a reader wants it: four digits, or a power of ten where those would not be seen. */
export function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return formatShare(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(3).replace('e+', 'e')
  return size >= 1e4
    ? formatDecimal(value, 0)
    : formatWith(value, { minimumSignificantDigits: 4, maximumSignificantDigits: 4 })
}

/** A place on an axis. */
export const placeText = (x: number, axis: Axis): string =>
  axis === 'step' || Math.abs(x - Math.round(x)) < 1e-9 ? formatCount(Math.round(x)) : formatDecimal(x, 2)
