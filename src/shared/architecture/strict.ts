import type { z } from 'zod'
import { ResiduumError } from '../errors'
import { unknownKeys } from '../unknownKeys'
import { exceedsDocument } from './limits'

/** Where in a document something is, for a person: `recipe.optimizer`. */
const placeOf = (place: readonly (string | number)[], root: string): string =>
  place.length === 0 ? root : place.join('.')

/**
 * What `parse` makes of a document's text, with what it would drop without a word refused by name.
 * Throws ResiduumError `document-newer`, `document-unknown` or `document-unknown-near`, and what `parse` throws.
 */
export function strictly<T>(
  text: string,
  file: string,
  schema: z.ZodType,
  root: 'architecture' | 'experiment',
  parse: () => T
): T {
  const document = valueOf(text)
  requireKnownVersion(document, file)
  // A misspelt name is also missing where it should be, which tells less; what is no such document parsing refuses.
  if (isOf(document, root)) requireKnownKeys(schema, document, file, root)
  return parse()
}

const isOf = (document: unknown, root: string): boolean =>
  typeof document === 'object' && document !== null && 'format' in document && document.format === `residuum.${root}`

/** Undefined for what is no JSON, or too much of it: parsing says so. */
function valueOf(text: string): unknown {
  if (exceedsDocument(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Refuses what a document that a person wrote has beyond its schema, which parsing would drop without a word.
 * Throws ResiduumError `document-unknown` or `document-unknown-near`, which names it.
 */
function requireKnownKeys(schema: z.ZodType, document: unknown, file: string, root: string): void {
  const { value: unknown } = unknownKeys(schema, document).next()
  if (!unknown) return
  const parameters = { file, place: placeOf(unknown.place, root), key: unknown.key }
  throw unknown.near === null
    ? new ResiduumError('document-unknown', parameters)
    : new ResiduumError('document-unknown-near', { ...parameters, near: unknown.near })
}

/**
 * Throws ResiduumError `document-newer` where a document, or the drawing in it, is of a later version than 1: what is not
 * known in it is then no mistake of whoever wrote it.
 */
function requireKnownVersion(document: unknown, file: string): void {
  const { version, architecture } = (document ?? {}) as {
    version?: unknown
    architecture?: { version?: unknown } | null
  }
  for (const found of [version, architecture?.version]) {
    if (typeof found === 'number' && found > 1) throw new ResiduumError('document-newer', { file, version: found })
  }
}
