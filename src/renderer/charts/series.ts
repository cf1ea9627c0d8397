import { bestEpoch } from '../../shared/run/best'
import type { EpochMetrics, RunDetail } from '../../shared/run/schema'
import { visible } from '../../shared/text/visible'
import type { CurvePoint } from '../app/curves'
import { smooth } from './smoothing'
import { traceOf, type Point, type Trace } from './trace'

export const axes = ['step', 'epoch', 'time'] as const
export type Axis = (typeof axes)[number]

/** How a line is drawn, so that colour is for whose it is. */
export type Dash = 'solid' | 'dashed' | 'dotted'

/** One line of a chart. */
export interface Series {
  /** Whose it is: a run's id, or a group of runs; the same in all charts, as its colour is. */
  owner: string
  ownerName: string
  colour: string
  /** Which of the owner's lines: `train`, `test`; the same in all charts, as its dash is. */
  line: string
  lineName: string
  dash: Dash
  trace: Trace
  /** The values as they were recorded, behind a smoothed line; drawn faint. */
  raw?: Trace
  /** Around a mean: from where to where, point for point. */
  band?: { low: Float64Array; high: Float64Array }
  /** Draw a dot at each point: few values that stand for something each. */
  dots?: boolean
  /** Index of a point to mark, as the best epoch. */
  marked?: number
}

/** One of the charts that stand together over one axis. */
export interface ChartData {
  id: string
  title: string
  unit: 'number' | 'share'
  series: Series[]
}

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
}

interface Training {
  raw: Trace
  smoothed: Trace
}

function trainingTraces(
  { detail, steps }: RunCurves,
  figure: 'loss' | 'accuracy',
  axis: Axis,
  smoothing: number
): Training {
  const sizes = groupSizes(steps, detail.experiment === null)
  const known = steps
    .map((step, index) => ({
      x: stepAt(axis, step, detail.stepsPerEpoch),
      y: step[figure] ?? NaN,
      range: step[`${figure}Range`],
      size: sizes[index]!
    }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  if (known.some(({ x }, index) => index > 0 && x < known[index - 1]!.x)) known.sort((a, b) => a.x - b.x)
  const raw: Trace = {
    x: Float64Array.from(known, ({ x }) => x),
    y: Float64Array.from(known, ({ y }) => y),
    ...(known.some(({ range }) => range) && {
      low: Float64Array.from(known, ({ y, range }) => range?.[0] ?? y),
      high: Float64Array.from(known, ({ y, range }) => range?.[1] ?? y)
    })
  }
  const smoothed = smooth(
    raw.y,
    smoothing,
    known.map(({ size }) => size)
  )
  return { raw, smoothed: { x: raw.x, y: smoothed } }
}

/** A run's training curve (raw faint behind smoothed, solid) and its test curve (dashed, best epoch marked). */
export function runSeries(
  curves: RunCurves,
  figure: 'loss' | 'accuracy',
  axis: Axis,
  smoothing: number,
  labels: { train: string; test: string; validation: string }
): Series[] {
  const { detail, colour } = curves
  const perEpoch = detail.stepsPerEpoch
  const own = { owner: detail.summary.id, ownerName: visible(detail.summary.name), colour }
  const { raw, smoothed } = trainingTraces(curves, figure, axis, smoothing)
  const epochAt = ({ epoch, seconds }: EpochMetrics): number =>
    axis === 'step' ? (epoch + 1) * (perEpoch ?? NaN) : axis === 'epoch' ? epoch + 1 : (seconds ?? NaN) / 60
  const points = (read: (metrics: EpochMetrics) => number | null): (Point & { epoch: number })[] =>
    detail.epochs
      .map((metrics) => ({ x: epochAt(metrics), y: read(metrics) ?? NaN, epoch: metrics.epoch }))
      .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  const test = points(({ testLoss, testAccuracy }) => (figure === 'loss' ? testLoss : testAccuracy))
  const validation = points(({ validationLoss, validationAccuracy }) =>
    figure === 'loss' ? validationLoss : validationAccuracy
  )
  const best = bestEpoch(detail.epochs, detail.experiment?.architecture.classes ?? null)
  const place = best ? test.findIndex(({ epoch }) => epoch === best.epoch) : -1
  const series: Series[] = [
    {
      ...own,
      line: 'train',
      lineName: labels.train,
      dash: 'solid',
      ...(smoothing > 0 ? { trace: smoothed, raw } : { trace: raw })
    },
    {
      ...own,
      line: 'test',
      lineName: labels.test,
      dash: 'dashed',
      dots: true,
      trace: traceOf(test),
      ...(place >= 0 && { marked: place })
    }
  ]
  if (validation.length > 0) {
    series.push({
      ...own,
      line: 'validation',
      lineName: labels.validation,
      dash: 'dotted',
      dots: true,
      trace: traceOf(validation)
    })
  }
  return series
}
