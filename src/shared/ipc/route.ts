import { z } from 'zod'
import { LONGEST_NAME } from '../text/names'

/** A request of the window to main: what goes in and what comes out. */
export interface RouteDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  input: I
  output: O
}

export const route = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): RouteDefinition<I, O> => ({
  input,
  output
})

export const nothing = z.undefined()
/** One thing of the library. */
export const byId = z.object({ id: z.string().max(64) })
/** What a user calls it. */
export const givenName = z.string().trim().min(1).max(LONGEST_NAME)
