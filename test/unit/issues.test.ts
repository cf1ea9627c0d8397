import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { faultOf, placedFault, refusedFor } from '../../src/shared/issues'
import { texts } from '../../src/shared/messages'
import { tell } from '../../src/shared/messages/tell'

/** The fault of the first issue, with its place. */
function refused(schema: z.ZodType, value: unknown): unknown {
  const { error } = schema.safeParse(value)
  return placedFault(error!.issues[0]!, value)
}

describe('the fault of an issue', () => {
  const pair = z.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
  it.each<[z.ZodType, unknown, string, object]>([
    [z.number(), 'x', 'not-a-number', {}],
    [z.number(), NaN, 'not-a-number', {}],
    [z.number(), Infinity, 'not-finite', {}],
    [z.number().int(), 2.5, 'not-an-integer', {}],
    [z.number().int(), 1e30, 'at-most', { maximum: Number.MAX_SAFE_INTEGER }],
    [z.number().min(1), 0, 'at-least', { minimum: 1 }],
    [z.number().max(9), 10, 'at-most', { maximum: 9 }],
    [z.number().gt(0), 0, 'more-than', { minimum: 0 }],
    [z.number().lt(1), 1, 'less-than', { maximum: 1 }],
    [z.number().multipleOf(8), 9, 'not-a-multiple', { divisor: 8 }],
    [z.boolean(), 1, 'not-a-boolean', {}],
    [z.string(), 1, 'not-a-text', {}],
    [z.string().min(1), '', 'text-empty', {}],
    [z.string().max(2), 'abc', 'text-too-long', { maximum: 2 }],
    [z.array(z.number()), {}, 'not-a-list', {}],
    [z.array(z.number()).min(1), [], 'too-few-values', { minimum: 1 }],
    [z.array(z.number()).max(1), [1, 2], 'too-many-values', { maximum: 1 }],
    [z.array(z.number()).length(2), [1], 'wrong-count', { count: 2 }],
    [z.object({}), null, 'not-an-object', {}],
    [z.enum(['sgd', 'adam']), 'lion', 'not-a-choice', { choices: 'sgd, adam' }],
    [z.literal(1), 2, 'not-that-value', { value: '1' }],
    [z.strictObject({ p: z.number().optional() }), { rate: 1 }, 'unknown-key', { key: 'rate' }],
    [pair, 0, 'at-least', { minimum: 1 }],
    [pair, true, 'not-a-number', {}],
    [pair, [1, 0], 'at-least', { minimum: 1 }],
    [z.string().regex(/x/), 'y', 'invalid', {}],
    [z.string().refine(() => false, refusedFor({ code: 'required', parameters: {} })), 'y', 'required', {}]
  ])('%# has the figures of the rule', (schema, value, code, parameters) => {
    const fault = faultOf(schema.safeParse(value).error!.issues[0]!, value)
    expect(fault).toEqual({ code, parameters })
  })

  it('tells what is missing from what is wrong, and where', () => {
    const schema = z.object({ nodes: z.array(z.object({ id: z.string() })) })
    expect(refused(schema, { nodes: [{}] })).toEqual({
      code: 'at',
      parameters: { place: 'nodes.0.id', reason: { code: 'missing', parameters: {} } }
    })
    expect(refused(schema, { nodes: [{ id: 1 }] })).toMatchObject({ parameters: { reason: { code: 'not-a-text' } } })
    const kinds = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })])
    expect(refused(kinds, {})).toMatchObject({ parameters: { reason: { code: 'missing' } } })
    expect(refused(kinds, { kind: 'c' })).toMatchObject({ parameters: { reason: { parameters: { choices: 'a, b' } } } })
  })

  it('is told in both languages, one within another', () => {
    const { error } = z.object({ p: z.number().min(0.5) }).safeParse({ p: 0 })
    const fault = placedFault(error!.issues[0]!)
    expect(tell(texts.en, 'fault', fault)).toBe('p: must be at least 0.5')
    expect(tell(texts['zh-CN'], 'fault', fault)).toBe('p：不能小于 0.5')
  })
})
