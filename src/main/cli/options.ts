import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'

/** A parser for a numeric option that accepts just what the schema does. */
export function number(schema: z.ZodType<number>): (text: string) => number {
  return (text) => {
    const result = schema.safeParse(text.trim() === '' ? NaN : Number(text))
    if (!result.success) throw new InvalidArgumentError(result.error.issues[0]!.message)
    return result.data
  }
}
