/**
 * How large a document may be. All of it is counted before the work that it would cause, so that no document, whoever
 * wrote it, holds a process longer than a moment.
 */
export const LIMITS = {
  /** Bytes of a file or characters of a text: far above any drawing. */
  documentBytes: 8_000_000,
  /** Values in a document, lists and objects included. */
  documentValues: 300_000,
  /** Lists and objects in one another in a document. */
  documentDepth: 100,
  /** Drawings of blocks. */
  blocks: 1000,
  /** In one drawing. */
  drawingNodes: 5000,
  drawingEdges: 20_000,
  /** In all drawings together. */
  nodes: 10_000,
  edges: 20_000,
  /** Attributes of a node, arguments of an instance, parameters of a block, values to choose from. */
  attributes: 64,
  /** Blocks in blocks. */
  depth: 16,
  repeat: 1000,
  /** Layers of the network, blocks opened and repeated. */
  layers: 10_000,
  /** Nodes and connections of the network, blocks opened and repeated: what a check looks at. */
  parts: 120_000,
  /** Values of what a layer gives for one picture, or of one of its parameters: what 32 bits can count. */
  tensorValues: 2 ** 31 - 1,
  /** Problems that a check collects, and warnings. */
  problems: 1000
} as const

interface Drawn {
  nodes: readonly unknown[]
  edges: readonly unknown[]
}

/** Which limit the drawings of an architecture exceed; null where they keep to all. */
export function exceededLimit({
  graph,
  blocks
}: {
  graph: Drawn
  blocks: Readonly<Record<string, { graph: Drawn }>>
}): { what: 'blocks' | 'nodes' | 'edges'; max: number } | null {
  const graphs = [graph, ...Object.values(blocks).map((block) => block.graph)]
  if (graphs.length - 1 > LIMITS.blocks) return { what: 'blocks', max: LIMITS.blocks }
  for (const what of ['nodes', 'edges'] as const) {
    const most = what === 'nodes' ? LIMITS.drawingNodes : LIMITS.drawingEdges
    if (graphs.some((one) => one[what].length > most)) return { what, max: most }
    if (graphs.reduce((sum, one) => sum + one[what].length, 0) > LIMITS[what]) return { what, max: LIMITS[what] }
  }
  return null
}

/** Whether a message holds more values than a document may, lists and objects included; stops counting there. */
export function hasTooManyValues(message: unknown): boolean {
  const waiting: unknown[] = [message]
  for (let count = 1; waiting.length > 0; count++) {
    if (count + waiting.length > LIMITS.documentValues) return true
    const value = waiting.pop()
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) continue
    const inner: unknown[] = Array.isArray(value) ? value : Object.values(value)
    if (inner.length > LIMITS.documentValues) return true
    for (const one of inner) waiting.push(one)
  }
  return false
}

const [QUOTE, COMMA, ESCAPE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'",\\[]{}'].map((character) =>
  character.charCodeAt(0)
)

/** Which limit a JSON text exceeds, counted without parsing it; null where it keeps to all, or is no JSON. */
export function exceedsDocument(text: string): { what: 'characters' | 'values' | 'levels'; max: number } | null {
  if (text.length > LIMITS.documentBytes) return { what: 'characters', max: LIMITS.documentBytes }
  let [values, depth] = [1, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === ESCAPE) at += 1
    } else if (code === COMMA) values += 1
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      values += 1
      depth += 1
      if (depth > LIMITS.documentDepth) return { what: 'levels', max: LIMITS.documentDepth }
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1
    if (values > LIMITS.documentValues) return { what: 'values', max: LIMITS.documentValues }
  }
  return null
}
