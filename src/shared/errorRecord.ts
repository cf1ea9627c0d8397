import { z } from 'zod'
import type { ErrorRecord } from './errors'
import type { Fault, Parameters } from './messages/coded'
import { texts, type Texts } from './messages'
import { placeholdersOf } from './messages/tell'

export type { ErrorRecord } from './errors'

interface Part {
  code: string
  parameters: Record<string, string | number | Part>
  path?: string
}

const partSchema: z.ZodType<Part> = z.object({
  code: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.lazy(() => partSchema)])),
  path: z.string().optional()
})

/**
 * An error as it crosses processes and is stored: the screen puts it into words. What has no words here, because another
 * program or a later version wrote it into a run's journal, or lacks what its words name, becomes `foreign`.
 */
export const errorSchema = partSchema.transform((part): ErrorRecord => {
  const parameters = fitting('error', part)
  // What `fitting` has found is what the code's text needs.
  if (parameters) return { code: part.code, parameters } as ErrorRecord
  const { code } = part
  const details = Object.entries(part.parameters).map(([name, value]) => `${name}: ${detail(value)}`)
  return details.length === 0
    ? { code: 'foreign', parameters: { code } }
    : { code: 'foreign-detail', parameters: { code, details: details.join('; ') } }
})

const detail = (value: string | number | Part): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)

/** The parameters of a known code that has all which its text names; null for any other. */
function fitting(section: 'error' | 'problem' | 'fault', { code, parameters }: Part): Parameters | null {
  const known: Texts[typeof section] = texts.en[section]
  if (!Object.hasOwn(known, code)) return null
  const fitted: Record<string, Parameters[string]> = { ...(parameters as Parameters) }
  for (const name of placeholdersOf(known[code as never])) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined) return null
    if (name === 'reason' || name === 'problem') {
      const part = fittingPart(name === 'reason' ? 'fault' : 'problem', value)
      if (part === null) return null
      fitted[name] = part
    } else if (typeof value === 'object') return null
  }
  return fitted
}

/** A part of a sentence; versions before had it in words. */
function fittingPart(section: 'problem' | 'fault', value: string | number | Part): Parameters[string] | null {
  if (typeof value !== 'object' && section === 'problem') return value
  if (typeof value !== 'object') return { code: 'quoted', parameters: { text: value } } satisfies Fault
  const parameters = fitting(section, value)
  return parameters && ({ ...value, parameters } as Parameters[string])
}
