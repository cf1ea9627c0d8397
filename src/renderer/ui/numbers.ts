import type { SettingScale } from '../../shared/experiment/setting'

/** What a number may be, and how arrows count it up and down. */
export interface NumberRules {
  integer?: boolean
  minimum?: number | null
  maximum?: number | null
  /** Whether `minimum` itself is not allowed. */
  exclusiveMinimum?: boolean
  scale?: SettingScale
}

/** What a schema of a whole number itself says. */
export const wholeNumber = (
  { minValue, maxValue }: WholeNumberSchema,
  scale: SettingScale = 'linear'
): NumberRules => ({
  integer: true,
  minimum: minValue,
  maximum: maxValue,
  scale
})
/** Of z.ZodNumber. */
interface WholeNumberSchema {
  minValue: number | null
  maxValue: number | null
}

/** Why a text is no number that is taken; `comma` where one may stand for the point of a decimal fraction. */
export type NumberFault = 'number' | 'comma' | 'integer' | 'minimum' | 'above' | 'maximum'

/** Signs that keyboards for Chinese and word processors write instead of those of ASCII. */
const PLAIN: Record<string, string> = { '−': '-', '–': '-', '。': '.', '、': ',' }
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** As 50,000 or 50 000: groups of three, which no decimal fraction looks like. */
const GROUPED = /^[+-]?[1-9]\d{0,2}([ ,_']\d{3})+(\.\d*)?$/

/** Digits, points and signs of any width in ASCII, without space around them. */
export const plainText = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[−–。、]/g, (sign) => PLAIN[sign]!)
    .trim()

/**
 * The number that a text stands for: with a point, an exponent or groups of three digits, in full-width digits as
 * well. A comma that is no group's is refused, because it may be meant either way.
 */
export function readNumber(typed: string): { value: number } | { fault: 'number' | 'comma' } {
  const text = plainText(typed)
  const digits = GROUPED.test(text) ? text.replace(/[ ,_']/g, '') : text
  if (NUMBER.test(digits)) {
    const value = Number(digits)
    return Number.isFinite(value) ? { value } : { fault: 'number' }
  }
  return { fault: NUMBER.test(text.replace(',', '.')) ? 'comma' : 'number' }
}

/** What rules say against a number; null where it is taken. */
export function numberFault(
  value: number,
  { integer = false, minimum = null, maximum = null, exclusiveMinimum = false }: NumberRules
): NumberFault | null {
  if (integer && !Number.isInteger(value)) return 'integer'
  if (minimum !== null && exclusiveMinimum && value <= minimum) return 'above'
  if (minimum !== null && value < minimum) return 'minimum'
  if (maximum !== null && value > maximum) return 'maximum'
  return null
}

const LADDER = [1, 2, 5]
/** Where a logarithmic quantity that may be 0 ends, because no ladder reaches it. */
const SMALLEST = 1e-5
/** Without the rounding errors of binary fractions. */
const tidy = (value: number): number => Number(value.toPrecision(12))

/** The next of 1, 2, 5, 10, ... above or below a positive number. */
function rung(value: number, up: boolean): number {
  const power = Math.floor(Math.log10(value) + 1e-9)
  const rungs = [power - 1, power, power + 1].flatMap((exponent) =>
    LADDER.map((digit) => Number(`${digit}e${exponent}`))
  )
  // Beside a rung is not on it only where the difference is more than rounding.
  const beyond = rungs.filter((candidate) => (up ? candidate > value * (1 + 1e-9) : candidate < value * (1 - 1e-9)))
  return up ? Math.min(...beyond) : Math.max(...beyond)
}

/** The step of a linear quantity: what is about a twentieth of a small range, and 1 in any other. */
function linearStep({ integer, minimum, maximum }: NumberRules): number {
  const range = (maximum ?? Infinity) - (minimum ?? -Infinity)
  if (integer || range > 10) return 1
  return range > 1 ? 0.1 : 0.05
}

function next(value: number, up: boolean, rules: NumberRules): number {
  const { scale = 'linear', integer, minimum } = rules
  if (scale === 'logarithmic' && value >= 0) {
    const mayBeNone = minimum === 0 && !rules.exclusiveMinimum
    const smallest = integer ? 1 : SMALLEST
    if (value === 0) return up ? smallest : value
    if (!up && mayBeNone && value <= smallest) return 0
    return rung(value, up)
  }
  if (scale === 'complement' && value < 1) {
    const left = tidy(1 - value)
    if (left >= 1 && !up) return value
    return tidy(1 - Math.min(1, rung(left, !up)))
  }
  const step = linearStep(rules)
  const place = tidy(value / step)
  return tidy((up ? Math.floor(place) + 1 : Math.ceil(place) - 1) * step)
}

/**
 * The number that an arrow leads to: the next of the quantity's scale, no further than its limits, and the same one
 * where there is none.
 */
export function step(value: number, up: boolean, rules: NumberRules): number {
  // From outside they lead back in.
  if (rules.maximum != null && value > rules.maximum) return up ? value : rules.maximum
  if (rules.minimum != null && !rules.exclusiveMinimum && value < rules.minimum) return up ? rules.minimum : value
  const to = next(value, up, rules)
  const fault = numberFault(to, rules)
  if (fault === null) return to
  if (fault === 'maximum' && up) return rules.maximum!
  if (fault === 'minimum' && !up) return rules.minimum!
  return value
}
