import { linearTicks, logarithmicTicks, niceStep } from './ticks'
import { inside, type Range, type Trace } from './trace'

/** What the axis of values has to show of a line. */
export interface Shown {
  trace: Trace
  /** Few values that stand for something each, as of epochs. */
  dots?: boolean
  /** Beside the line, such as deviations: makes the axis larger, and never leaves it. */
  low?: Float64Array
  high?: Float64Array
}

/** An axis of values: its ends, its ticks, and how far they are from one another. */
export interface ValueAxis {
  min: number
  max: number
  step: number
  ticks: number[]
  logarithmic: boolean
}

/** Beyond so many times what a line began with or mostly is, it flattens the others. */
const OUTLYING = 3
/** What leaves the axis by less is not worth a word: the axis takes it in. */
const NOT_WORTH_LEAVING = 1.5
/** Numbers of single precision, of which most values are, are not told apart on shorter axes. */
const SHORTEST = 1e-5

interface Extent {
  min: number
  max: number
  /** The smallest above zero. */
  positive: number
  first: number
  median: number
}

function extentOf({ trace, low = trace.y, high = trace.y }: Shown, range: Range | null): Extent | null {
  const { start, end } = inside(trace, range)
  if (start === end) return null
  let [min, max, positive] = [Infinity, -Infinity, Infinity]
  for (let place = start; place < end; place++) {
    min = Math.min(min, low[place]!)
    max = Math.max(max, high[place]!)
    for (const value of [low[place]!, trace.y[place]!]) if (value > 0 && value < positive) positive = value
  }
  const sorted = trace.y.slice(start, end).sort()
  return { min, max, positive, first: trace.y[start]!, median: sorted[(sorted.length - 1) >> 1]! }
}

/** The largest value of a line that is no outlier: a run that diverges is shown up to where that begins. */
const reasonable = ({ max, first, median }: Extent): number => Math.min(max, OUTLYING * Math.max(first, median))

/**
 * Where an axis of losses or the like must end so that lines which run away, or a first test whose loss is thousands of
 * times the rest, don't flatten the others: at three times what half of the training curves keep to.
 */
function top(lines: readonly Shown[], extents: readonly Extent[]): number {
  const highest = Math.max(...extents.map(({ max }) => max))
  const steady = extents.filter((_, index) => !lines[index]!.dots)
  const usual = (steady.length > 0 ? steady : extents).map(reasonable).sort((a, b) => a - b)
  const base = usual[(usual.length - 1) >> 1]!
  if (!(base > 0)) return highest
  const limit = OUTLYING * base
  if (highest <= NOT_WORTH_LEAVING * limit) return highest
  return Math.max(...extents.map(({ max }) => max).filter((max) => max <= limit), base)
}

/**
 * The axis for lines as they are within a range (null: the whole). It begins at zero and ends above the highest; one
 * of other values than shares ends where outliers begin unless `full` asks for them. On a part it fits what is there.
 */
export function valueAxis(
  lines: readonly Shown[],
  range: Range | null,
  options: { unit: 'number' | 'share'; logarithmic?: boolean; full?: boolean; ticks: number }
): ValueAxis {
  const known = lines.flatMap((line) => {
    const extent = extentOf(line, range)
    return extent ? [{ line, extent }] : []
  })
  if (known.length === 0) return linear(0, 1, options.ticks)
  const extents = known.map(({ extent }) => extent)
  const lowest = Math.min(...extents.map(({ min }) => min))
  const highest = Math.max(...extents.map(({ max }) => max))
  if (options.logarithmic) {
    const positive = Math.min(...extents.map((extent) => extent.positive))
    if (Number.isFinite(positive)) return logarithmic(positive, highest, options.ticks)
  }
  if (options.unit === 'share') {
    return range ? fitted(lowest, highest, options.ticks, [0, 1]) : linear(0, highest || 1, options.ticks)
  }
  const end = options.full
    ? highest
    : top(
        known.map(({ line }) => line),
        extents
      )
  if (range) return fitted(Math.min(lowest, end), end, options.ticks)
  return linear(Math.min(0, lowest), end > Math.min(0, lowest) ? end : lowest + 1, options.ticks)
}

/** An axis around values that leaves a little room at both sides, within bounds. */
function fitted(lowest: number, highest: number, count: number, bounds = [-Infinity, Infinity]): ValueAxis {
  const least = Math.max(Math.abs(lowest), Math.abs(highest)) * SHORTEST || 1
  const room = Math.max((highest - lowest) * 0.05, least / 2)
  return linear(Math.max(bounds[0]!, lowest - room), Math.min(bounds[1]!, highest + room), count)
}

/** From the round place below to the round place above. */
function linear(lowest: number, highest: number, count: number): ValueAxis {
  const step = niceStep(highest - lowest, count)
  const min = Math.floor(lowest / step + 1e-9) * step
  const max = Math.ceil(highest / step - 1e-9) * step
  const ticks = linearTicks(min, max, step)
  return { min: ticks[0] ?? min, max: ticks.at(-1) ?? max, step, ticks, logarithmic: false }
}

function logarithmic(lowest: number, highest: number, count: number): ValueAxis {
  const down = (value: number): number => {
    const power = 10 ** Math.floor(Math.log10(value))
    return [5, 2, 1].find((part) => part * power <= value * (1 + 1e-9))! * power
  }
  const up = (value: number): number => {
    const power = 10 ** Math.floor(Math.log10(value))
    return [1, 2, 5, 10].find((part) => part * power >= value * (1 - 1e-9))! * power
  }
  const min = down(lowest)
  const end = up(highest)
  const max = end > min * 1.5 ? end : min * 10
  return { min, max, step: min, ticks: logarithmicTicks(min, max, count), logarithmic: true }
}

/** Where a line leaves the axis. */
export interface Leaving {
  /** The first place. */
  from: number
  /** Whether it stays there to its end. */
  forGood: boolean
  /** As far as it gets. */
  highest: number
}

/** Whether a line leaves an axis at its upper end within a range, and where. */
export function leaving(trace: Trace, range: Range | null, { max }: ValueAxis): Leaving | null {
  const { start, end } = inside(trace, range)
  let first = -1
  let highest = -Infinity
  let last = -1
  for (let place = start; place < end; place++) {
    if (trace.y[place]! <= max * (1 + 1e-9)) continue
    if (first < 0) first = place
    last = place
    highest = Math.max(highest, trace.y[place]!)
  }
  if (first < 0) return null
  let stays = last === end - 1
  for (let place = first; stays && place < end; place++) stays = trace.y[place]! > max
  return { from: trace.x[first]!, forGood: stays, highest }
}
