import { z } from 'zod'
import type { ErrorCode } from '../errors'

/** An error as it crosses processes and is stored: the screen puts it into words. */
export const errorSchema = z.object({
  code: z.string().transform((code) => code as ErrorCode),
  parameters: z.record(z.string(), z.union([z.string(), z.number()]))
})
export type ErrorRecord = z.infer<typeof errorSchema>
