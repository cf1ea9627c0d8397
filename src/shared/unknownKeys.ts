import { z } from 'zod'

/** A name in a document that its schema does not have. */
export interface UnknownKey {
  /** Names and places of the object it stands in, from the document's root. */
  place: (string | number)[]
  key: string
  /** The known name that it comes nearest to; null where the object has none. */
  near: string | null
}

const elementsOf = new WeakMap<z.ZodType, z.ZodType>()

/** Says what stands in a list or record that is none of zod's own. */
export function holding<S extends z.ZodType>(schema: S, element: z.ZodType): S {
  elementsOf.set(schema, element)
  return schema
}

/** The names in a value that its schema drops or passes on without knowing them, in the value's order. */
export function* unknownKeys(
  schema: z.ZodType,
  value: unknown,
  place: readonly (string | number)[] = []
): Generator<UnknownKey> {
  if (typeof value !== 'object' || value === null) return
  const element = elementsOf.get(schema)
  if (element) return yield* each(element, value, place)
  if (schema instanceof z.ZodPipe) return yield* unknownKeys(schema.in as z.ZodType, value, place)
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  ) {
    return yield* unknownKeys(schema.unwrap() as z.ZodType, value, place)
  }
  if (schema instanceof z.ZodArray) return yield* each(schema.element as z.ZodType, value, place)
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def
    const kind = (value as Record<string, unknown>)[discriminator]
    const option = (schema.options as z.ZodObject[]).find(
      ({ shape }) => (shape[discriminator] as z.ZodType).safeParse(kind).success
    )
    return option ? yield* unknownKeys(option, value, place) : undefined
  }
  if (!(schema instanceof z.ZodObject)) return
  const shape = schema.shape as Record<string, z.ZodType>
  for (const [key, inner] of Object.entries(value)) {
    if (Object.hasOwn(shape, key)) yield* unknownKeys(shape[key]!, inner, [...place, key])
    else yield { place: [...place], key, near: nearest(key, Object.keys(shape)) }
  }
}

function* each(element: z.ZodType, value: object, place: readonly (string | number)[]): Generator<UnknownKey> {
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value)
  for (const [key, inner] of entries) yield* unknownKeys(element, inner, [...place, key])
}

/** The name that takes the fewest changed letters, regardless of case and underscores; null where there is none. */
export function nearest(wrong: string, names: readonly string[]): string | null {
  const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '').slice(0, MAX_LETTERS)
  let best: { name: string; distance: number } | null = null
  for (const name of names) {
    const distance = distanceOf(plain(wrong), plain(name))
    if (!best || distance < best.distance) best = { name, distance }
  }
  return best?.name ?? null
}

/** Letters of a name that are compared: no known one is longer. */
const MAX_LETTERS = 64

/** Levenshtein distance: letters to insert, delete or replace. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
