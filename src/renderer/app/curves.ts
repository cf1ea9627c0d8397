import type { Curve } from '../../shared/run/curves'
import { request } from './bridge'

/** What a chart shows of a step, or of a group of steps by their means. */
export interface CurvePoint {
  /** From 0; of a group its last. */
  step: number
  loss: number | null
  accuracy: number | null
  /** Since the run's start, pauses left out; null where a run of another program does not say. */
  seconds: number | null
  /** Of a group the smallest and the largest value. */
  lossRange?: readonly [number, number]
  accuracyRange?: readonly [number, number]
}

/** The part of a run that is wanted; nulls for all of it. */
export interface Part {
  from: number | null
  to: number | null
}

const names = ['loss', 'accuracy', 'seconds'] as const

/** A run's training curves in at most so many points. */
export async function readCurve(run: string, points: number): Promise<CurvePoint[]> {
  return (await readCurves([run], points))[0]!
}

/** Likewise of many runs, or of a part of each, in one request. */
export async function readCurves(
  runs: readonly string[],
  points: number,
  parts: readonly Part[] = []
): Promise<CurvePoint[][]> {
  const curves = await request(
    'runs.curves',
    runs.flatMap((run, index) => names.map((name) => ({ run, name, points, ...parts[index] })))
  )
  return runs.map((_, index) => joinCurves(curves.slice(index * names.length, (index + 1) * names.length)))
}

/** Series of one run side by side, by their steps: a stranger's run may have one series more often than another. */
export function joinCurves(curves: readonly Curve[]): CurvePoint[] {
  const points = new Map<number, CurvePoint>()
  for (const { name, steps, mean, minimum, maximum } of curves) {
    const key = names.find((one) => one === name)
    if (!key) continue
    // Time grows with the steps: a group ends at its largest.
    const values = key === 'seconds' ? maximum : mean
    steps.forEach((step, index) => {
      const value = values[index]!
      const point = points.get(step) ?? { step, loss: null, accuracy: null, seconds: null }
      const least = minimum[index]!
      const most = maximum[index]!
      const range = key !== 'seconds' && least < most ? { [`${key}Range`]: [least, most] as const } : {}
      points.set(step, { ...point, [key]: Number.isFinite(value) ? value : null, ...range })
    })
  }
  return [...points.values()].sort((a, b) => a.step - b.step)
}

/** Single steps in groups of so many, as the library would give them: means, and of the time the last. */
export function groupSteps(steps: readonly CurvePoint[], size: number): CurvePoint[] {
  if (size <= 1) return [...steps]
  const groups = new Map<number, CurvePoint[]>()
  for (const step of steps) {
    const place = Math.floor(step.step / size)
    const group = groups.get(place)
    if (group) group.push(step)
    else groups.set(place, [step])
  }
  return [...groups.values()].map((group) => {
    const { step, seconds } = group.at(-1)!
    return { step, seconds, ...summaryOf(group, 'loss'), ...summaryOf(group, 'accuracy') }
  })
}

function summaryOf<F extends 'loss' | 'accuracy'>(
  group: readonly CurvePoint[],
  figure: F
): Pick<CurvePoint, F | `${F}Range`> {
  const values = group.map((point) => point[figure]).filter((value): value is number => value !== null)
  const mean = values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return { [figure]: mean, ...(least < most && { [`${figure}Range`]: [least, most] }) } as Pick<
    CurvePoint,
    F | `${F}Range`
  >
}
