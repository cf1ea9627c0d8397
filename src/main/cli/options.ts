import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'
import { faultInEnglish } from '../../shared/errors'
import { faultOf } from '../../shared/issues'

/** A parser for a numeric option that accepts just what the schema does. */
export function number(schema: z.ZodType<number>): (text: string) => number {
  return (text) => {
    const result = schema.safeParse(text.trim() === '' ? NaN : Number(text))
    if (!result.success) throw new InvalidArgumentError(faultInEnglish(faultOf(result.error.issues[0]!)))
    return result.data
  }
}
