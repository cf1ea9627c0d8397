import { z } from 'zod'
import { isErrorCode, type ErrorCode, type ErrorParameters } from './errors'

/**
 * An error as it crosses processes and is stored: the screen puts it into words. A code without words here, as another
 * program or a later version writes it into a run's journal, becomes `unexpected`.
 */
export const errorSchema = z
  .object({
    code: z.string(),
    parameters: z.record(z.string(), z.union([z.string(), z.number()]))
  })
  .transform(({ code, parameters }): { code: ErrorCode; parameters: ErrorParameters } => {
    if (isErrorCode(code)) return { code, parameters }
    const { message } = parameters
    return { code: 'unexpected', parameters: { message: message === undefined ? code : `${code}: ${message}` } }
  })
export type ErrorRecord = z.infer<typeof errorSchema>
