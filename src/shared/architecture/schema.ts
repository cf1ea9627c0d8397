import { z } from 'zod'
import { faultOf, refusedFor } from '../issues'
import { LONGEST_NAME } from '../text/names'
import { holding } from '../unknownKeys'
import { exceededLimit, LIMITS } from './limits'

/**
 * The architecture document: what the user draws, what is saved, what the compiler reads.
 *
 * A graph has one `input` and one `output` node; between them stand layers and instances of blocks.
 * Attributes and arguments are literals or expressions over the parameters of the enclosing block,
 * written as a string that starts with `=` (`"=channel_out * 2"`).
 */

const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

const NOT_A_NAME = refusedFor({ code: 'not-an-identifier', parameters: {} })

/** A name that is also a valid part of a PyTorch parameter name. */
export const identifierSchema = z
  .string()
  .max(64)
  .refine((name) => /^[A-Za-z0-9_]+$/.test(name) && !RESERVED.has(name), NOT_A_NAME)

/**
 * At most `max` of them. Unlike zod's own list it ends at the first that is wrong: to tell of all takes seconds where
 * there are many.
 */
const listOf = <S extends z.ZodType>(schema: S, max: number): z.ZodType<z.output<S>[], z.input<S>[]> =>
  z
    .array(z.unknown())
    .max(max)
    .transform((items, context) => parseEach(items.entries(), schema, context)?.map(([, value]) => value)) as never

/** Likewise values by name. zod's own record passes over `__proto__` without a word. */
const recordOf = <S extends z.ZodType>(
  schema: S,
  max: number
): z.ZodType<Record<string, z.output<S>>, Record<string, z.input<S>>> =>
  z
    .custom<object>((value) => value !== null && typeof value === 'object' && !Array.isArray(value))
    .transform((values, context) => {
      const entries = Object.entries(values)
      const wrong = entries.find(([name]) => !identifierSchema.safeParse(name).success)
      if (entries.length > max) {
        context.addIssue({ code: 'custom', ...refusedFor({ code: 'too-many-values', parameters: { maximum: max } }) })
      } else if (wrong) context.addIssue({ code: 'custom', ...NOT_A_NAME, path: [wrong[0]] })
      else return Object.fromEntries(parseEach(entries, schema, context) ?? [])
      return z.NEVER
    }) as never

/** Each entry's value parsed; null after the first that is wrong, which the context is told. */
function parseEach<K extends string | number, S extends z.ZodType>(
  entries: Iterable<[K, unknown]>,
  schema: S,
  context: z.RefinementCtx
): [K, z.output<S>][] | null {
  const parsed: [K, z.output<S>][] = []
  for (const [key, value] of entries) {
    const result = schema.safeParse(value)
    if (!result.success) {
      const issue = result.error.issues[0]!
      context.addIssue({ code: 'custom', ...refusedFor(faultOf(issue, value)), path: [key, ...issue.path] })
      return null
    }
    parsed.push([key, result.data])
  }
  return parsed
}

export const expressionSchema = z
  .string()
  .max(200)
  .refine((text) => text.startsWith('='), refusedFor({ code: 'not-an-expression', parameters: {} }))

const scalarSchema = z.union([z.number(), z.boolean(), z.string().max(200)])
export const attributeValueSchema = z.union([
  scalarSchema,
  z.tuple([z.union([z.number(), expressionSchema]), z.union([z.number(), expressionSchema])])
])
const attributesSchema = recordOf(attributeValueSchema, LIMITS.attributes)

const positionSchema = z.object({ x: z.number(), y: z.number() })
const nodeBase = {
  id: identifierSchema,
  label: z.string().max(200).optional(),
  position: positionSchema.optional()
}

const conditions = {
  /** Where this is false the node is left out and its input passes through. */
  when: expressionSchema.optional(),
  /** Left out by hand: its first input passes through. */
  bypassed: z.boolean().optional()
}

/**
 * A node keeps what is not known in it, as a layer keeps its attributes: a check says so, where parsing would drop it
 * without a word.
 */
function node<S extends z.ZodRawShape>(shape: S) {
  const known = z.object(shape)
  return known.loose() as unknown as typeof known
}

export const nodeSchema = z.discriminatedUnion('type', [
  node({ type: z.literal('input'), ...nodeBase }),
  node({ type: z.literal('output'), ...nodeBase }),
  node({
    type: z.literal('layer'),
    ...nodeBase,
    kind: z.string().max(64),
    attributes: attributesSchema.default({}),
    /** Its parameters keep their values in training (`requires_grad_(False)`); running statistics still move. */
    frozen: z.boolean().optional(),
    ...conditions
  }),
  node({
    type: z.literal('block'),
    ...nodeBase,
    block: identifierSchema,
    arguments: attributesSchema.default({}),
    /** Freezes every layer inside. */
    frozen: z.boolean().optional(),
    ...conditions,
    /** The instance `count` times in a row, named `id.0`, `id.1`, ...; `first` overrides arguments of the first. */
    repeat: z
      .object({
        count: z.union([z.number().int().min(1).max(LIMITS.repeat), expressionSchema]),
        first: attributesSchema.default({})
      })
      .optional()
  })
])

export const edgeSchema = z.object({
  source: identifierSchema,
  target: identifierSchema,
  /** Which input of the target, from 0; the order counts for Concatenate. */
  port: z.number().int().min(0).max(63).default(0)
})

export const graphSchema = z.object({
  nodes: holding(listOf(nodeSchema, LIMITS.drawingNodes), nodeSchema),
  edges: holding(listOf(edgeSchema, LIMITS.drawingEdges), edgeSchema)
})

export const blockParameterSchema = z.discriminatedUnion('type', [
  z.object({ name: identifierSchema, type: z.literal('integer'), default: z.number().int() }),
  z.object({ name: identifierSchema, type: z.literal('number'), default: z.number() }),
  z.object({ name: identifierSchema, type: z.literal('boolean'), default: z.boolean() }),
  z.object({
    name: identifierSchema,
    type: z.literal('choice'),
    choices: z.array(z.string().max(64)).min(1).max(LIMITS.attributes),
    default: z.string().max(64)
  })
])

export const blockDefinitionSchema = z.object({
  parameters: z.array(blockParameterSchema).max(LIMITS.attributes),
  graph: graphSchema
})

export const blocksSchema = holding(recordOf(blockDefinitionSchema, LIMITS.blocks), blockDefinitionSchema).default({})

export const architectureSchema = z
  .object({
    format: z.literal('residuum.architecture'),
    version: z.literal(1),
    name: z.string().min(1).max(LONGEST_NAME),
    description: z.string().max(5000).default(''),
    /** Shape of one picture as the first layer gets it: channels, height, width. */
    input: z.object({
      channels: z.number().int().min(1).max(64),
      height: z.number().int().min(1).max(1024),
      width: z.number().int().min(1).max(1024)
    }),
    classes: z.number().int().min(2).max(10000),
    graph: graphSchema,
    blocks: blocksSchema
  })
  .superRefine((architecture, context) => {
    const exceeded = exceededLimit(architecture)
    if (!exceeded) return
    const fault = { code: `too-many-${exceeded.what}`, parameters: { maximum: exceeded.max } } as const
    context.addIssue({ code: 'custom', ...refusedFor(fault) })
  })

export type Architecture = z.infer<typeof architectureSchema>
export type ArchitectureGraph = z.infer<typeof graphSchema>
export type ArchitectureNode = z.infer<typeof nodeSchema>
export type LayerNode = Extract<ArchitectureNode, { type: 'layer' }>
export type BlockNode = Extract<ArchitectureNode, { type: 'block' }>
export type Edge = z.infer<typeof edgeSchema>
export type AttributeValue = z.infer<typeof attributeValueSchema>
export type BlockParameter = z.infer<typeof blockParameterSchema>
export type BlockDefinition = z.infer<typeof blockDefinitionSchema>
