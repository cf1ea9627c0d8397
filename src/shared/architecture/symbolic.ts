import { substitute } from './expressionText'
import type { AttributeValue } from './schema'

/**
 * What a drawing's values are where they are expressions: in a block, whose channels follow from its parameters and from
 * what enters it.
 */
export interface Symbolic {
  /** The first dimension; null where it depends on the picture's size or cannot be written down. */
  channels: AttributeValue | null
  /** How many values each channel has, height times width: 1 for a flat value; null where it depends on the picture. */
  area: AttributeValue | null
}

const NOTHING: ReadonlyMap<string, AttributeValue> = new Map()
const text = (value: AttributeValue): string => (typeof value === 'string' ? value.replace(/^=/, '') : String(value))

/** Works out an expression of values, as far as it can be. */
export function combine(values: readonly AttributeValue[], write: (...texts: string[]) => string): AttributeValue {
  return substitute(`=${write(...values.map((value) => `(${text(value)})`))}`, NOTHING)
}

/** Likewise of two values that may be unknown; null where one is, or where nobody would read the result. */
export const combineKnown = (
  a: AttributeValue | null,
  b: AttributeValue | null,
  write: (a: string, b: string) => string
): AttributeValue | null => (a === null || b === null ? null : readable(combine([a, b], write)))

/** Longer than anybody would read: what grows with each layer or repetition counts as not to be written down. */
const LONGEST = 1000
export const readable = (value: AttributeValue): AttributeValue | null =>
  typeof value === 'string' && value.length > LONGEST ? null : value
