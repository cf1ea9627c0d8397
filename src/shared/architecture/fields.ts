import { z } from 'zod'
import { faultOf } from '../issues'
import type { Fault } from '../messages/coded'
import { isLayerKind, layers } from './layers'
import type { AttributeValue, BlockParameter } from './schema'

/** One attribute as a form shows it; made from the layer's own schema. */
export interface Field {
  name: string
  type: 'integer' | 'pair' | 'number' | 'boolean' | 'choice'
  choices: string[]
  /** What is used where it is left out; undefined where it must be given or follows from another attribute. */
  default: AttributeValue | undefined
  required: boolean
}

interface JsonSchema {
  type?: string
  enum?: string[]
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
}

const cache = new Map<string, Field[]>()

/** The attributes of a layer kind, in the schema's order; none for an unknown kind. */
export function fieldsOf(kind: string): Field[] {
  if (!isLayerKind(kind)) return []
  const known = cache.get(kind)
  if (known) return known
  const schema = z.toJSONSchema(layers[kind].attributes as z.ZodType, { io: 'input' }) as JsonSchema
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]): Field => {
    const value = defaultOf(layers[kind].attributes, name)
    return {
      name,
      type: typeOf(property),
      choices: property.enum ?? [],
      default: Array.isArray(value) && value[0] === value[1] ? value[0] : value,
      required: schema.required?.includes(name) === true
    }
  })
  cache.set(kind, fields)
  return fields
}

/** What the schema itself says; a pair's default does not show in its JSON form. */
function defaultOf(attributes: unknown, name: string): AttributeValue | undefined {
  const object = attributes instanceof z.ZodPipe ? attributes.in : attributes
  const field: unknown = object instanceof z.ZodObject ? object.shape[name] : undefined
  return field instanceof z.ZodDefault ? (field.def.defaultValue as AttributeValue) : undefined
}

function typeOf({ type, enum: choices, anyOf }: JsonSchema): Field['type'] {
  if (choices) return 'choice'
  if (anyOf) return 'pair'
  return type === 'integer' || type === 'boolean' ? type : 'number'
}

/** The parameters of a block, as its instances' forms show them. */
export const argumentFields = (parameters: readonly BlockParameter[]): Field[] =>
  parameters.map((parameter) => ({
    name: parameter.name,
    type: parameter.type,
    choices: parameter.type === 'choice' ? parameter.choices : [],
    default: parameter.default,
    required: false
  }))

/** Why a text is no value of a type. */
const NO_VALUE: Readonly<Record<Field['type'], Fault>> = {
  integer: { code: 'typed-integer', parameters: {} },
  number: { code: 'typed-number', parameters: {} },
  pair: { code: 'typed-pair', parameters: {} },
  boolean: { code: 'not-a-boolean', parameters: {} },
  choice: { code: 'invalid', parameters: {} }
}

/**
 * What the user typed as a value: a number, two numbers with a space, comma or x between them, or an expression
 * that starts with `=`. Empty is undefined, the default.
 */
export function parseField(
  text: string,
  type: Field['type']
): { value: AttributeValue | undefined } | { fault: Fault } {
  // Digits and signs of full width, as Chinese input methods give them, are the plain ones.
  const trimmed = (type === 'choice' ? text : text.normalize('NFKC')).trim()
  if (trimmed === '') return { value: undefined }
  if (trimmed.startsWith('='))
    return trimmed.length > 1 ? { value: trimmed } : { fault: { code: 'expression-end', parameters: {} } }
  if (type === 'boolean') return { value: trimmed === 'true' }
  if (type === 'choice') return { value: trimmed }
  const parts = type === 'pair' ? trimmed.split(/\s*[x×,，\s]\s*/) : [trimmed]
  const values = parts.map((part) => (part === '' ? NaN : Number(part)))
  if (values.some((value) => !Number.isFinite(value))) return { fault: NO_VALUE[type] }
  if (type !== 'number' && !values.every(Number.isInteger)) return { fault: NO_VALUE[type] }
  if (values.length === 1) return { value: values[0]! }
  if (values.length > 2) return { fault: NO_VALUE.pair }
  return { value: values[0] === values[1] ? values[0]! : [values[0]!, values[1]!] }
}

/** The text of a value in a form: `3`, `3 × 5` or the expression. */
export const formatField = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : Array.isArray(value) ? value.join(' × ') : String(value)

/** Why a literal would be refused by the layer's own schema; null where it is taken. */
export function refusal(kind: string, name: string, value: AttributeValue | undefined): Fault | null {
  if (!isLayerKind(kind) || value === undefined || String(value).includes('=')) return null
  const required = Object.fromEntries(fieldsOf(kind).flatMap((field) => (field.required ? [[field.name, 1]] : [])))
  const parsed = (layers[kind].attributes as z.ZodType).safeParse({ ...required, [name]: value })
  const issue = parsed.error?.issues.find(({ path }) => path[0] === name)
  return issue ? faultOf(issue) : null
}
