import { copyOf } from '../../copy'
import { produce, type Draft } from 'immer'
import { z } from 'zod'
import { ResiduumError } from '../../errors'
import { withoutMark } from '../../text/decode'
import { parseBounded } from '../document'
import { LIMITS } from '../limits'
import { blocksWithin, type DrawingName } from '../locate'
import {
  blocksSchema,
  graphSchema,
  type Architecture,
  type ArchitectureGraph,
  type ArchitectureNode,
  type BlockDefinition
} from '../schema'
import { freeBlockName, wouldRecur } from './blocks'
import { freeName, namesIn, requireGraph } from './names'
import { isEnd, requireRoom, type Added } from './drawing'
import { insertionPoint } from './insert'

/** Nodes on the clipboard, as JSON text: with their connections and the blocks they are instances of. */
export const fragmentSchema = z.object({
  format: z.literal('residuum.fragment'),
  version: z.literal(1),
  nodes: graphSchema.shape.nodes.refine((nodes) => nodes.length > 0),
  edges: graphSchema.shape.edges,
  blocks: blocksSchema
})
export type Fragment = z.infer<typeof fragmentSchema>

const OFFSET = 24

/** The fragment of a clipboard's text; null for any other text. */
export function parseFragment(text: string): Fragment | null {
  if (text.length > LIMITS.documentBytes || !text.includes('residuum.fragment')) return null
  try {
    const parsed = fragmentSchema.safeParse(parseBounded(withoutMark(text)))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Copies nodes; null where nothing that can be copied is selected. */
export function copyNodes(architecture: Architecture, drawing: DrawingName, ids: readonly string[]): Fragment | null {
  const graph = requireGraph(architecture, drawing)
  const nodes = graph.nodes.filter((node) => ids.includes(node.id) && !isEnd(node))
  if (nodes.length === 0) return null
  const names = new Set(nodes.map(({ id }) => id))
  const used = new Set<string>()
  for (const node of nodes) {
    if (node.type !== 'block') continue
    used.add(node.block)
    for (const inner of blocksWithin(architecture, node.block)) used.add(inner)
  }
  return {
    format: 'residuum.fragment',
    version: 1,
    nodes,
    edges: graph.edges.filter(({ source, target }) => names.has(source) && names.has(target)),
    blocks: Object.fromEntries(Object.entries(architecture.blocks).filter(([name]) => used.has(name)))
  }
}

/** A whole network as a fragment. */
export const networkFragment = (architecture: Architecture): Fragment =>
  copyNodes(
    architecture,
    null,
    architecture.graph.nodes.map(({ id }) => id)
  )!

/**
 * Puts a fragment into a drawing under free names. One that has a single beginning and a single end goes behind
 * the last of `selected` (`behind`), any other lies beside. A block of the same name that differs comes under
 * another name. Throws `edit-recursion`.
 */
export function paste(
  architecture: Architecture,
  drawing: DrawingName,
  fragment: Fragment,
  { selected = [], behind = selected.length > 0 }: { selected?: readonly string[]; behind?: boolean } = {}
): Added {
  const { blocks, nodes } = withBlocks(architecture, fragment)
  const merged = produce(architecture, (draft) => void Object.assign(draft.blocks, blocks))
  for (const node of nodes) {
    if (node.type === 'block' && wouldRecur(merged, drawing, node.block)) {
      throw new ResiduumError('edit-recursion', { block: node.block })
    }
  }
  const graph = requireGraph(merged, drawing)
  requireRoom(graph, { nodes: nodes.length, edges: fragment.edges.length })
  const taken = namesIn(graph)
  const names = new Map<string, string>()
  for (const { id } of nodes) {
    const name = freeName(taken, id)
    taken.add(name)
    names.set(id, name)
  }
  const byHand = graph.nodes.some(({ position }) => position)
  const made = nodes.map((node): ArchitectureNode => {
    const { position, ...rest } = node
    const place = byHand && position ? { position: { x: position.x + OFFSET, y: position.y + OFFSET } } : {}
    return { ...rest, id: names.get(node.id)!, ...place } as ArchitectureNode
  })
  const inner = fragment.edges.map(({ source, target, port }) => ({
    source: names.get(source)!,
    target: names.get(target)!,
    port
  }))
  const [targets, sources] = [new Set(inner.map(({ target }) => target)), new Set(inner.map(({ source }) => source))]
  const first = made.filter(({ id }) => !targets.has(id))
  const last = made.filter(({ id }) => !sources.has(id))
  const next = produce(merged, (draft) => {
    const own = requireGraph(draft, drawing) as Draft<ArchitectureGraph>
    own.nodes.push(...(copyOf(made) as Draft<ArchitectureNode>[]))
    own.edges.push(...inner)
    if (!behind || first.length !== 1 || last.length !== 1) return
    const { last: before } = insertionPoint(graph, selected)
    if (before === null) return
    for (const edge of own.edges) if (edge.source === before) edge.source = last[0]!.id
    own.edges.push({ source: before, target: first[0]!.id, port: 0 })
  })
  return { architecture: next, ids: made.map(({ id }) => id) }
}

/** The fragment's blocks that the architecture does not have, under free names, and its nodes with those names. */
function withBlocks(
  { blocks: own, ...rest }: Architecture,
  fragment: Fragment
): { blocks: Record<string, BlockDefinition>; nodes: ArchitectureNode[] } {
  const names = new Map<string, string>()
  const reserved: Record<string, BlockDefinition> = { ...own }
  for (const [name, definition] of Object.entries(fragment.blocks)) {
    const existing = Object.hasOwn(own, name) ? own[name] : undefined
    const same = existing && JSON.stringify(existing) === JSON.stringify(definition)
    const free = same ? name : freeBlockName({ ...rest, blocks: reserved }, name)
    names.set(name, free)
    reserved[free] = definition
  }
  const rename = <N extends ArchitectureNode>(node: N): N =>
    node.type === 'block' ? { ...node, block: names.get(node.block) ?? node.block } : node
  const blocks = Object.entries(fragment.blocks).map(([name, { parameters, graph }]): [string, BlockDefinition] => [
    names.get(name)!,
    { parameters, graph: { ...graph, nodes: graph.nodes.map(rename) } }
  ])
  return {
    blocks: Object.fromEntries(blocks.filter(([name]) => !Object.hasOwn(own, name))),
    nodes: fragment.nodes.map(rename)
  }
}
