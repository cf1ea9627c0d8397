import { formatWith } from '../app/format'

/** What the values of an axis are. */
export type Unit = 'number' | 'share'

/** The smallest of 1, 2 and 5 times a power of ten that cuts `span` into at most `count` parts. */
export function niceStep(span: number, count: number, whole = false): number {
  const least = span / Math.max(1, count)
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  // Powers of ten are not exact: what is as good as a step is one.
  const step = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9))! * power
  return whole ? Math.max(1, Math.round(step)) : step
}

/** Round places from `min` to `max`. */
export function linearTicks(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  // A product has fewer wrong digits than a sum of many steps, and none below the step's own.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => rounded((first + index) * step, step))
}

const rounded = (value: number, step: number): number => {
  const digits = decimalsOf(step) + 1
  return digits <= 100 ? Number(value.toFixed(digits)) + 0 : value
}

/** Powers of ten, and between them 2 and 5 times those where there is room. */
export function logarithmicTicks(min: number, max: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min) + 1e-9), Math.ceil(Math.log10(max) - 1e-9)]
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, count)))
  const parts = every > 1 || (last - first) * 3 > count ? [1] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = first; power <= last; power += every) {
    for (const part of parts) {
      const value = Number(`${part}e${power}`)
      if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) ticks.push(value)
    }
  }
  return ticks
}

/** Digits after the point that tell values apart which lie a step from one another. */
const decimalsOf = (step: number): number => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))

/** From here on whole numbers are written with a word or letter for thousands or millions. */
const COMPACT = 1e5
/** Names of powers of a thousand end here. */
const SCIENTIFIC = 1e15
/** Small values with more digits have too many zeros to be read. */
const MOST_DECIMALS = 5

/**
 * The text of a place on an axis whose ticks are a step apart, the largest of which is `largest`: with as many digits as
 * tell it from its neighbours, and in seven characters or so.
 */
export function tickText(value: number, step: number, largest: number, unit: Unit): string {
  if (unit === 'share') {
    const digits = decimalsOf(step * 100)
    return formatWith(value, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
  }
  if (value === 0) return formatWith(0)
  const most = Math.max(Math.abs(largest), Math.abs(value))
  // So many digits tell neighbours apart even where the axis does not begin at zero.
  const digits = Math.max(0, Math.floor(Math.log10(most) + 1e-9) - Math.floor(Math.log10(step) + 1e-9))
  if (most >= SCIENTIFIC || (decimalsOf(step) > MOST_DECIMALS && most < 0.1)) {
    const own = Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9))
    return scientific(value, Math.min(own, digits))
  }
  if (most >= COMPACT) {
    return formatWith(value, { notation: 'compact', maximumSignificantDigits: Math.min(21, digits + 1) })
  }
  const decimals = decimalsOf(step)
  return formatWith(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/** The text of a place on a logarithmic axis: each is as exact as itself. */
export const logarithmicText = (value: number, unit: Unit): string => {
  const step = 10 ** Math.floor(Math.log10(value) + 1e-9)
  return value < 1e-3 && unit === 'number' ? scientific(value, 0) : tickText(value, step, value, unit)
}

/** As `2.6e22`. */
const scientific = (value: number, digits: number): string => value.toExponential(digits).replace('e+', 'e')
