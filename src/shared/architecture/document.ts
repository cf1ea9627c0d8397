import type { z } from 'zod'
import { ResiduumError, type ErrorCode } from '../errors'
import { isLayerKind } from './layers'
import { exceedsDocument, LIMITS } from './limits'
import { architectureSchema, type Architecture } from './schema'
import { strictly } from './strict'

/** Bytes of a file that are read. */
export const MAX_DOCUMENT_BYTES = LIMITS.documentBytes

/**
 * The architecture of a text that the library holds; what is not known in it says a check.
 * Throws ResiduumError `architecture-file`, which says what is wrong and where.
 */
export const openArchitecture = (text: string, file: string): Architecture =>
  parseDocument(text, file, 'residuum.architecture', architectureSchema, 'architecture-file')

/**
 * The architecture of a file's text. Throws ResiduumError `architecture-file`, which says what is wrong and where,
 * `document-newer`, and `document-unknown` or `document-unknown-near` for a name that no architecture has there.
 */
export const parseArchitecture = (text: string, file: string): Architecture =>
  strictly(text, file, architectureSchema, 'architecture', () => openArchitecture(text, file))

/** A document of version 1 of a format, from a file's text. Throws ResiduumError with `code`. */
export function parseDocument<T>(
  text: string,
  file: string,
  expected: string,
  schema: z.ZodType<T>,
  code: Extract<ErrorCode, 'architecture-file' | 'experiment-file'>
): T {
  const refuse = (reason: string): ResiduumError => new ResiduumError(code, { file, reason })
  let document: unknown
  try {
    document = parseBounded(text)
  } catch (error) {
    throw refuse((error as Error).message)
  }
  const { format, version } = (document ?? {}) as { format?: unknown; version?: unknown }
  if (format !== expected) throw refuse(`its format is ${brief(format)} instead of "${expected}"`)
  if (version !== 1) throw refuse(`it has version ${brief(version)}, this program reads version 1`)
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw refuse(`${issue.path.join('.')}: ${issue.message}`)
}

/**
 * The value of a JSON text within the limits of a document, counted before it is parsed. Throws Error that says what is too
 * much or where the text is not JSON.
 */
export function parseBounded(text: string): unknown {
  const exceeded = exceedsDocument(text)
  if (exceeded) throw new Error(`it has more than ${exceeded.max} ${exceeded.what}`)
  return JSON.parse(text)
}

/** A foreign value as a message can show it. */
const brief = (value: unknown): string =>
  value !== null && typeof value === 'object' ? 'a list or an object' : (JSON.stringify(value) ?? 'none').slice(0, 60)

/** Kinds of layers in a drawing that this program does not know. */
export function unknownLayers({ graph, blocks }: Architecture): string[] {
  const graphs = [graph, ...Object.values(blocks).map((block) => block.graph)]
  const kinds = graphs.flatMap(({ nodes }) => nodes.flatMap((node) => (node.type === 'layer' ? [node.kind] : [])))
  return [...new Set(kinds)].filter((kind) => !isLayerKind(kind)).sort()
}
