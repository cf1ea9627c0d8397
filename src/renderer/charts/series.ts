import { bestEpoch } from '../../shared/run/best'
import { epochLength, pictureCounts } from '../../shared/experiment/length'
import type { EpochMetrics, RunDetail, StepMetrics } from '../../shared/run/schema'
import { visible } from '../../shared/text/visible'
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

/** Where a step stands on an axis; epochs count from 0 as passes done, time in minutes. */
const stepAt = (axis: Axis, { step, seconds }: StepMetrics, stepsPerEpoch: number): number =>
  axis === 'step' ? step + 1 : axis === 'epoch' ? (step + 1) / stepsPerEpoch : seconds / 60

export interface RunCurves {
  detail: RunDetail
  steps: readonly StepMetrics[]
  colour: string
  /** Pictures of the data set; null while they are not known. */
  available: { train: number; test: number } | null
  /** In front of each label, where several runs share a chart. */
  name?: string
}

/** Steps of an epoch of a run: from its figures where the size of the data set is not at hand. */
export function stepsPerEpoch(
  { experiment: { recipe }, epochs, steps }: RunDetail,
  available: RunCurves['available']
): number {
  if (available) return epochLength(recipe, pictureCounts(recipe, available).train).steps
  const first = epochs[0]
  const ofFirst = first && steps.filter(({ epoch }) => epoch === first.epoch).at(-1)
  return ofFirst ? ofFirst.step + 1 : 1
}

/** A run's training curve (raw faint behind smoothed, solid) and its test curve (dashed, best epoch marked). */
export function runSeries(
  { detail, steps, colour, available, name }: RunCurves,
  figure: 'loss' | 'accuracy',
  axis: Axis,
  smoothing: number,
  labels: { train: string; test: string; validation: string }
): Series[] {
  const perEpoch = stepsPerEpoch(detail, available)
  const prefix = name ? `${visible(name)} · ` : ''
  const raw = steps
    .map((step) => ({ x: stepAt(axis, step, perEpoch), y: step[figure] ?? NaN }))
    .filter(({ y }) => Number.isFinite(y))
  const epochAt = ({ epoch, seconds }: EpochMetrics): number =>
    axis === 'step' ? (epoch + 1) * perEpoch : axis === 'epoch' ? epoch + 1 : seconds / 60
  const test = detail.epochs.map((metrics) => ({
    x: epochAt(metrics),
    y: figure === 'loss' ? metrics.testLoss : metrics.testAccuracy
  }))
  const validation = detail.epochs.flatMap((metrics) => {
    const y = figure === 'loss' ? metrics.validationLoss : metrics.validationAccuracy
    return y === null ? [] : [{ x: epochAt(metrics), y }]
  })
  const best = bestEpoch(detail.epochs, detail.experiment.architecture.classes)
  const marked = best ? { marked: detail.epochs.indexOf(best) } : {}
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
