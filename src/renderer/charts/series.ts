import { bestEpoch } from '../../shared/run/best'
import type { EpochMetrics, RunDetail } from '../../shared/run/schema'
import { visible } from '../../shared/text/visible'
import type { CurvePoint } from '../app/curves'
import { smooth, thin, type Point } from './smoothing'

export type Axis = 'step' | 'epoch' | 'time'

/** One line of a chart. */
export interface Series {
  label: string
  colour: string
  points: Point[]
  dashed?: boolean
  dotted?: boolean
  /** The raw line behind a smoothed one: not in legend or hover. */
  faint?: boolean
  /** Index of a point to mark, as the best epoch. */
  marked?: number
  /** Draw a dot at each point: few values that stand for something each. */
  dots?: boolean
}

const MAX_POINTS = 1500

/**
 * Where a step stands on an axis: epochs count from 0 as passes done, time in minutes. NaN where it is not known, as
 * epochs of a run of another program.
 */
const stepAt = (axis: Axis, { step, seconds }: CurvePoint, stepsPerEpoch: number | null): number =>
  axis === 'step' ? step + 1 : axis === 'epoch' ? (step + 1) / (stepsPerEpoch ?? NaN) : (seconds ?? NaN) / 60

/**
 * How many recorded values each point stands for. A run of another program may record one step in many: there the
 * smallest distance counts as one.
 */
function groupSizes(steps: readonly CurvePoint[], foreign: boolean): number[] {
  const distances = steps.map(({ step }, index) => step - (index > 0 ? steps[index - 1]!.step : -1))
  const unit = foreign ? distances.slice(1).reduce((least, one) => Math.min(least, one), Infinity) : 1
  return distances.map((distance) => Math.max(1, distance / unit))
}

export interface RunCurves {
  detail: RunDetail
  steps: readonly CurvePoint[]
  colour: string
  /** In front of each label, where several runs share a chart. */
  name?: string
}

/** A run's training curve (raw faint behind smoothed, solid) and its test curve (dashed, best epoch marked). */
export function runSeries(
  { detail, steps, colour, name }: RunCurves,
  figure: 'loss' | 'accuracy',
  axis: Axis,
  smoothing: number,
  labels: { train: string; test: string; validation: string }
): Series[] {
  const perEpoch = detail.stepsPerEpoch
  const prefix = name ? `${visible(name)} · ` : ''
  const sizes = groupSizes(steps, detail.experiment === null)
  const raw = steps
    .map((step, index) => ({ x: stepAt(axis, step, perEpoch), y: step[figure] ?? NaN, size: sizes[index]! }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  const epochAt = ({ epoch, seconds }: EpochMetrics): number =>
    axis === 'step' ? (epoch + 1) * (perEpoch ?? NaN) : axis === 'epoch' ? epoch + 1 : (seconds ?? NaN) / 60
  const points = (read: (metrics: EpochMetrics) => number | null): (Point & { epoch: number })[] =>
    detail.epochs.flatMap((metrics) => {
      const y = read(metrics)
      const x = epochAt(metrics)
      return y === null || !Number.isFinite(x) ? [] : [{ x, y, epoch: metrics.epoch }]
    })
  const test = points(({ testLoss, testAccuracy }) => (figure === 'loss' ? testLoss : testAccuracy))
  const validation = points(({ validationLoss, validationAccuracy }) =>
    figure === 'loss' ? validationLoss : validationAccuracy
  )
  const best = bestEpoch(detail.epochs, detail.experiment?.architecture.classes ?? null)
  const place = best ? test.findIndex(({ epoch }) => epoch === best.epoch) : -1
  const marked = place >= 0 ? { marked: place } : {}
  const series: Series[] = []
  if (smoothing > 0) series.push({ label: '', colour, points: thin(raw, MAX_POINTS), faint: true })
  const curve = smoothing > 0 ? smooth(raw, smoothing) : raw
  series.push({ label: prefix + labels.train, colour, points: thin(curve, MAX_POINTS) })
  series.push({ label: prefix + labels.test, colour, points: test, dashed: true, dots: true, ...marked })
  if (validation.length > 0) {
    series.push({ label: prefix + labels.validation, colour, points: validation, dotted: true, dots: true })
  }
  return series
}
