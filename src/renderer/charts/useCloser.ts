import { watchDebounced } from '@vueuse/core'
import { computed, shallowRef, type ComputedRef } from 'vue'
import type { RunDetail } from '../../shared/run/schema'
import { readCurves, type CurvePoint, type Part } from '../app/curves'
import type { Axis } from './series'
import type { Range } from './trace'

/** A run's curve as far as it is known, in groups that suit the whole. */
export interface Curved {
  detail: RunDetail
  steps: readonly CurvePoint[]
}

/** A little more than a chart is wide. */
const POINTS = 1500
/** Until a wheel rests. */
const REST_MS = 120

/** Which steps of a run a part of an axis needs; null where nothing says. */
export function partOf(
  { detail, steps }: Curved,
  axis: Axis,
  { from, to }: Range
): { from: number; to: number } | null {
  const whole = (first: number, last: number): { from: number; to: number } => ({
    from: Math.max(0, Math.floor(first)),
    to: Math.max(0, Math.ceil(last))
  })
  if (axis === 'step') return whole(from - 1, to - 1)
  if (axis === 'epoch') {
    const { stepsPerEpoch } = detail
    return stepsPerEpoch === null ? null : whole(from * stepsPerEpoch - 1, to * stepsPerEpoch - 1)
  }
  const timed = steps.filter(({ seconds }) => seconds !== null)
  if (timed.length === 0) return null
  const before = timed.filter(({ seconds }) => seconds! <= from * 60).at(-1)
  const after = timed.find(({ seconds }) => seconds! >= to * 60)
  return whole(before?.step ?? 0, (after ?? timed.at(-1)!).step)
}

/** Whether there is more to see in a part than is known: some of its points stand for several steps. */
const isCoarse = ({ steps }: Curved, { from, to }: { from: number; to: number }): boolean =>
  steps.some(({ step, lossRange, accuracyRange }) => step >= from && step <= to && (lossRange ?? accuracyRange))

/** A curve in which a part is replaced by the same in smaller groups. */
export function spliced(steps: readonly CurvePoint[], fine: readonly CurvePoint[]): readonly CurvePoint[] {
  if (fine.length === 0) return steps
  const [first, last] = [fine[0]!.step, fine.at(-1)!.step]
  return [...steps.filter(({ step }) => step < first), ...fine, ...steps.filter(({ step }) => step > last)]
}

/**
 * The curves of runs with the part that is looked at as fine as a chart can show it, from the library's levels: a moment
 * after the range has changed.
 */
export function useCloser<C extends Curved>(
  curves: () => readonly C[],
  axis: () => Axis,
  range: () => Range | null
): ComputedRef<C[]> {
  const fine = shallowRef<ReadonlyMap<string, readonly CurvePoint[]>>(new Map())
  let asked = 0

  async function read(): Promise<void> {
    const mine = ++asked
    const part = range()
    const wanted = part
      ? curves().flatMap((curve): { id: string; part: Part }[] => {
          const own = partOf(curve, axis(), part)
          return own && isCoarse(curve, own) ? [{ id: curve.detail.summary.id, part: own }] : []
        })
      : []
    const read =
      wanted.length > 0
        ? await readCurves(
            wanted.map(({ id }) => id),
            POINTS,
            wanted.map(({ part }) => part)
          )
        : []
    if (mine === asked) fine.value = new Map(wanted.map(({ id }, index) => [id, read[index]!]))
  }
  watchDebounced(
    [
      range,
      axis,
      () =>
        curves()
          .map(({ detail }) => detail.summary.id)
          .join()
    ],
    read,
    {
      debounce: REST_MS
    }
  )

  return computed(() =>
    curves().map((curve) => {
      const own = fine.value.get(curve.detail.summary.id)
      return own ? { ...curve, steps: spliced(curve.steps, own) } : curve
    })
  )
}
