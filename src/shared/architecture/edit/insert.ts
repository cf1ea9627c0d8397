import type { Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { isLayerKind, layers } from '../layers'
import type { DrawingName } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, AttributeValue, Edge } from '../schema'
import { edgeKey, orderNodes } from '../topology'
import { edit, mostInputs, type Added, type Place } from './drawing'
import { freeName, layerName, namesIn } from './names'
import { makeRoom } from './places'

/** What is added: a layer with the attributes it cannot be without, by its kind's name or another, or a block's instance. */
export type NewNode =
  | { type: 'layer'; kind: string; attributes?: Record<string, AttributeValue>; stem?: string }
  | { type: 'block'; block: string }

function makeNode(graph: ArchitectureGraph, added: NewNode): ArchitectureNode {
  const taken = namesIn(graph)
  if (added.type === 'block') {
    const id = freeName(taken, `${added.block.slice(0, 58)}1`)
    return { type: 'block', id, block: added.block, arguments: {} }
  }
  const attributes = added.attributes ?? (isLayerKind(added.kind) ? layers[added.kind].firstAttributes : {})
  return {
    type: 'layer',
    id: added.stem ? freeName(taken, added.stem) : layerName(taken, added.kind),
    kind: added.kind,
    attributes: { ...attributes }
  }
}

/** Adds a node that is connected to nothing. */
export function addNode(architecture: Architecture, drawing: DrawingName, added: NewNode, position?: Place): Added {
  let id = ''
  const next = edit(architecture, drawing, (graph) => {
    const node = makeNode(graph, added)
    id = node.id
    graph.nodes.push({ ...node, ...(position && { position }) })
  })
  return { architecture: next, ids: [id] }
}

/**
 * Adds a node behind the last of `selected` and before what read from it; a join takes the values of all of
 * `selected`. Without a selection it comes before the output.
 */
export function insertAfter(
  architecture: Architecture,
  drawing: DrawingName,
  added: NewNode,
  selected: readonly string[] = []
): Added {
  let id = ''
  const next = edit(architecture, drawing, (graph) => {
    const node = makeNode(graph, added)
    id = node.id
    const { last, all } = insertionPoint(graph, selected)
    const sources = mostInputs(node) > 1 ? all : last === null ? [] : [last]
    const outgoing = last === null ? outputEdges(graph) : graph.edges.filter(({ source }) => source === last)
    graph.nodes.splice(indexAfter(graph, last), 0, node)
    for (const edge of outgoing) edge.source = id
    if (last !== null && outgoing.length === 0) connectOpenOutput(graph, id)
    sources.forEach((source, port) => graph.edges.push({ source, target: id, port }))
    makeRoom(graph, last, id)
  })
  return { architecture: next, ids: [id] }
}

/** What is read at the output now, or nothing. */
const outputEdges = (graph: Draft<ArchitectureGraph>): Draft<Edge>[] => {
  const output = graph.nodes.find(({ type }) => type === 'output')
  return graph.edges.filter(({ target }) => target === output?.id)
}

/** Behind which node comes what is inserted, and which values a join takes. */
export function insertionPoint(
  graph: ArchitectureGraph,
  selected: readonly string[]
): { last: string | null; all: string[] } {
  const order = orderNodes(graph).ordered.map(({ node }) => node)
  const chosen = order.filter(({ id, type }) => selected.includes(id) && type !== 'output').map(({ id }) => id)
  if (chosen.length > 0) return { last: chosen.at(-1)!, all: [...chosen].reverse() }
  const output = graph.nodes.find(({ type }) => type === 'output')
  const last = graph.edges.find(({ target }) => target === output?.id)?.source ?? null
  return { last, all: last === null ? [] : [last] }
}

/** New nodes stand beside their neighbours in the document too, so that two files compare well. */
const indexAfter = (graph: ArchitectureGraph, id: string | null): number => {
  const index = graph.nodes.findIndex((node) => node.id === id)
  return index < 0 ? graph.nodes.length : index + 1
}

/** An output to which nothing is connected takes what is drawn. */
function connectOpenOutput(graph: Draft<ArchitectureGraph>, source: string): void {
  const output = graph.nodes.find(({ type }) => type === 'output')
  if (output && outputEdges(graph).length === 0) graph.edges.push({ source, target: output.id, port: 0 })
}

/** Puts a node between the two ends of a connection. */
export function insertOnEdge(
  architecture: Architecture,
  drawing: DrawingName,
  added: NewNode,
  { source, target, port }: Edge
): Added {
  let id = ''
  const next = edit(architecture, drawing, (graph) => {
    const edge = graph.edges.find((one) => edgeKey(one) === edgeKey({ source, target, port }))
    if (!edge) throw new ResiduumError('edit-missing', { name: `${source} → ${target}` })
    const node = makeNode(graph, added)
    id = node.id
    graph.nodes.splice(indexAfter(graph, source), 0, node)
    edge.source = id
    graph.edges.push({ source, target: id, port: 0 })
    makeRoom(graph, source, id)
  })
  return { architecture: next, ids: [id] }
}
