import type { z } from 'zod'
import type { Fault } from './messages/coded'

/**
 * Why a value was refused, as a code with figures: what zod says itself is English. `input` is what was parsed, by
 * which a value that is missing is told from a wrong one. A rule of ours says its fault with `refusedFor`.
 */
export function faultOf(issue: z.core.$ZodIssue, input?: unknown): Fault {
  switch (issue.code) {
    case 'invalid_type':
      return mistyped(issue, input)
    case 'too_small':
    case 'too_big':
      return outOfRange(issue)
    case 'not_multiple_of':
      return { code: 'not-a-multiple', parameters: { divisor: issue.divisor } }
    case 'invalid_value':
      return notAmong(issue.values)
    case 'unrecognized_keys':
      return { code: 'unknown-key', parameters: { key: issue.keys.join(', ') } }
    case 'invalid_union': {
      if ('options' in issue && issue.options) return isMissing(issue, input) ? MISSING : notAmong(issue.options)
      return unionFault(issue.errors, valueAt(input, issue.path))
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0] ? faultOf(issue.issues[0]) : INVALID
    case 'custom':
      return (issue.params?.fault as Fault | undefined) ?? INVALID
    case 'invalid_format':
      return INVALID
  }
}

/** As `faultOf`, with the place of the value in what was parsed, if it has one: `graph.nodes.3.id`. */
export function placedFault(issue: z.core.$ZodIssue, input?: unknown): Fault {
  const reason = faultOf(issue, input)
  return issue.path.length === 0 ? reason : { code: 'at', parameters: { place: issue.path.join('.'), reason } }
}

/** What a refinement or a custom issue gives to zod, so that `faultOf` tells the fault again. */
export const refusedFor = (fault: Fault): { params: { fault: Fault } } => ({ params: { fault } })

const INVALID: Fault = { code: 'invalid', parameters: {} }
const MISSING: Fault = { code: 'missing', parameters: {} }

/** By the type that zod expects. */
const TYPES: Readonly<Record<string, Fault>> = {
  number: { code: 'not-a-number', parameters: {} },
  int: { code: 'not-an-integer', parameters: {} },
  boolean: { code: 'not-a-boolean', parameters: {} },
  string: { code: 'not-a-text', parameters: {} },
  array: { code: 'not-a-list', parameters: {} },
  tuple: { code: 'not-a-list', parameters: {} },
  object: { code: 'not-an-object', parameters: {} },
  record: { code: 'not-an-object', parameters: {} },
  null: { code: 'not-null', parameters: {} },
  undefined: { code: 'not-allowed', parameters: {} },
  never: { code: 'not-allowed', parameters: {} }
}

function mistyped(issue: z.core.$ZodIssueInvalidType, input: unknown): Fault {
  if (isMissing(issue, input)) return MISSING
  const { received } = issue as { received?: unknown }
  if (received === 'Infinity' || received === '-Infinity') return { code: 'not-finite', parameters: {} }
  return TYPES[issue.expected] ?? INVALID
}

/** Whether there is nothing where the issue is, in an input of which the rest is there. */
const isMissing = ({ path }: z.core.$ZodIssue, input: unknown): boolean =>
  input !== undefined && valueAt(input, path) === undefined

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input)

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Fault {
  const small = issue.code === 'too_small'
  const limit = Number(small ? issue.minimum : issue.maximum)
  const [minimum, maximum] = [{ minimum: limit }, { maximum: limit }]
  switch (issue.origin) {
    case 'string':
      if (!small) return { code: 'text-too-long', parameters: maximum }
      return limit <= 1 ? { code: 'text-empty', parameters: {} } : { code: 'text-too-short', parameters: minimum }
    case 'array':
    case 'set':
    case 'map':
      if (issue.exact) return { code: 'wrong-count', parameters: { count: limit } }
      return small ? { code: 'too-few-values', parameters: minimum } : { code: 'too-many-values', parameters: maximum }
    default:
      if (issue.inclusive === false) {
        return small ? { code: 'more-than', parameters: minimum } : { code: 'less-than', parameters: maximum }
      }
      return small ? { code: 'at-least', parameters: minimum } : { code: 'at-most', parameters: maximum }
  }
}

const notAmong = (values: readonly unknown[]): Fault =>
  values.length === 1
    ? { code: 'not-that-value', parameters: { value: String(values[0]) } }
    : { code: 'not-a-choice', parameters: { choices: values.map(String).join(', ') } }

/**
 * Why a value is none of several forms: by the one that it comes nearest to, which is the one that refuses it furthest
 * inside or, of those, for more than its type.
 */
function unionFault(errors: readonly (readonly z.core.$ZodIssue[])[], value: unknown): Fault {
  const rank = (issue: z.core.$ZodIssue): number => 2 * issue.path.length + (issue.code === 'invalid_type' ? 0 : 1)
  const [nearest] = errors.flatMap(([first]) => (first ? [first] : [])).sort((a, b) => rank(b) - rank(a))
  return nearest ? faultOf(nearest, value) : INVALID
}
