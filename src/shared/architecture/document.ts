import type { z } from 'zod'
import { Refusal, ResiduumError } from '../errors'
import { placedFault } from '../issues'
import type { Fault } from '../messages/coded'
import { isLayerKind } from './layers'
import { exceedsDocument, LIMITS } from './limits'
import { architectureSchema, type Architecture } from './schema'
import { strictly } from './strict'

/** The version of every document that is read and written. */
const VERSION = 1

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
  code: 'architecture-file' | 'experiment-file'
): T {
  const refuse = (reason: Fault): ResiduumError => new ResiduumError(code, { file, reason })
  let document: unknown
  try {
    document = parseBounded(text)
  } catch (error) {
    throw refuse(error instanceof Refusal ? error.fault : notJson(error))
  }
  const { format, version } = (document ?? {}) as { format?: unknown; version?: unknown }
  if (format !== expected) {
    throw refuse({ code: 'document-format', parameters: { format: brief(format), wanted: JSON.stringify(expected) } })
  }
  if (version !== VERSION) {
    const isNewer = typeof version === 'number' && version > VERSION
    const parameters = { version: brief(version), known: VERSION }
    throw refuse({ code: isNewer ? 'document-newer' : 'document-version', parameters })
  }
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  throw refuse(placedFault(parsed.error.issues[0]!, document))
}

const notJson = (error: unknown): Fault => ({ code: 'json', parameters: { message: (error as Error).message } })

/**
 * The value of a JSON text within the limits of a document, counted before it is parsed. Throws Refusal, or
 * the parser's SyntaxError where the text is not JSON.
 */
export function parseBounded(text: string): unknown {
  const exceeded = exceedsDocument(text)
  if (exceeded) throw new Refusal({ code: `document-${exceeded.what}`, parameters: { maximum: exceeded.max } })
  return JSON.parse(text)
}

/** A foreign value as a message can show it. */
const brief = (value: unknown): string =>
  value !== null && typeof value === 'object'
    ? Array.isArray(value)
      ? '[…]'
      : '{…}'
    : (JSON.stringify(value) ?? '–').slice(0, 60)

/** Kinds of layers in a drawing that this program does not know. */
export function unknownLayers({ graph, blocks }: Architecture): string[] {
  const graphs = [graph, ...Object.values(blocks).map((block) => block.graph)]
  const kinds = graphs.flatMap(({ nodes }) => nodes.flatMap((node) => (node.type === 'layer' ? [node.kind] : [])))
  return [...new Set(kinds)].filter((kind) => !isLayerKind(kind)).sort()
}
