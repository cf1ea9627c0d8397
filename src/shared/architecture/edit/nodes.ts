import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { isLayerKind, layers } from '../layers'
import type { DrawingName } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, AttributeValue, Edge } from '../schema'
import { findPath, orderNodes } from '../topology'
import { freeName, layerName, namesIn, requireGraph, requireName } from './names'

/**
 * Edits of one drawing. Each gives a new architecture that shares what it did not change with the old one, or
 * throws ResiduumError `edit-*` and has then changed nothing.
 */
const edit = (
  architecture: Architecture,
  drawing: DrawingName,
  body: (graph: Draft<ArchitectureGraph>) => void
): Architecture => produce(architecture, (draft) => void body(requireGraph(draft, drawing)))

export const isEnd = ({ type }: ArchitectureNode): boolean => type === 'input' || type === 'output'

function requireNode(graph: ArchitectureGraph, id: string): ArchitectureNode {
  const node = graph.nodes.find((one) => one.id === id)
  if (!node) throw new ResiduumError('edit-missing', { name: id })
  return node
}

/** Most values that a node takes. */
export function mostInputs(node: ArchitectureNode): number {
  if (node.type === 'input') return 0
  return node.type === 'layer' && isLayerKind(node.kind) ? layers[node.kind].inputs.max : 1
}

export const inputsOf = (graph: ArchitectureGraph, id: string): Edge[] =>
  graph.edges.filter(({ target }) => target === id).sort((a, b) => a.port - b.port)

/** Numbers the inputs of a node from 0 on, in the order they have. */
function numberPorts(graph: ArchitectureGraph, id: string): void {
  inputsOf(graph, id).forEach((edge, index) => (edge.port = index))
}

/** What is added: a layer with the attributes it cannot be without, or an instance of a block. */
export type NewNode =
  { type: 'layer'; kind: string; attributes?: Record<string, AttributeValue> } | { type: 'block'; block: string }

/** Attributes without a default, with a value to begin with. */
const FIRST_ATTRIBUTES: Record<string, Record<string, AttributeValue>> = {
  Conv2d: { out_channels: 64, kernel_size: 3, padding: 1 },
  Linear: { out_features: 10 },
  GroupNorm: { num_groups: 8 },
  LocalResponseNorm: { size: 5 },
  MaxPool2d: { kernel_size: 2 },
  AvgPool2d: { kernel_size: 2 },
  AdaptiveAvgPool2d: { output_size: 1 }
}

function makeNode(graph: ArchitectureGraph, added: NewNode): ArchitectureNode {
  const taken = namesIn(graph)
  if (added.type === 'block') {
    const id = freeName(taken, `${added.block.slice(0, 58)}1`)
    return { type: 'block', id, block: added.block, arguments: {} }
  }
  const attributes = added.attributes ?? FIRST_ATTRIBUTES[added.kind] ?? {}
  return { type: 'layer', id: layerName(taken, added.kind), kind: added.kind, attributes: { ...attributes } }
}

export interface Place {
  x: number
  y: number
}

export interface Added {
  architecture: Architecture
  /** Names of the new nodes. */
  ids: string[]
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

/** Height that a node takes in a drawing placed by hand, with its distance to the next. */
export const ROW = 96

/** In a drawing placed by hand, puts the new node below its source and moves what is behind it down. */
function makeRoom(graph: Draft<ArchitectureGraph>, source: string | null, id: string): void {
  const node = graph.nodes.find((one) => one.id === id)!
  const above = graph.nodes.find((one) => one.id === source)
  if (!above?.position) return
  const { x, y } = above.position
  node.position = { x, y: y + ROW }
  for (const one of graph.nodes) {
    if (one.id !== id && one.position && one.position.y > y) one.position.y += ROW
  }
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
    const edge = graph.edges.find((one) => one.source === source && one.target === target && one.port === port)
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

/**
 * Connects two nodes. A node that takes one value gives up the one it had; a join takes one more.
 * Throws `edit-cycle`, `edit-direction`, `edit-connected` or `edit-full`.
 */
export function connect(
  architecture: Architecture,
  drawing: DrawingName,
  source: string,
  target: string
): Architecture {
  return edit(architecture, drawing, (graph) => {
    const [from, to] = [requireNode(graph, source), requireNode(graph, target)]
    if (from.type === 'output' || to.type === 'input') throw new ResiduumError('edit-direction', { name: source })
    const path = findPath(graph, target, source)
    if (path) throw new ResiduumError('edit-cycle', { source, target, path: [...path, target].join(' → ') })
    const inputs = inputsOf(graph, target)
    if (inputs.some((edge) => edge.source === source)) throw new ResiduumError('edit-connected', { source, target })
    const most = mostInputs(to)
    if (most === 1) graph.edges = graph.edges.filter((edge) => edge.target !== target)
    else if (inputs.length >= most) throw new ResiduumError('edit-full', { name: target, most })
    graph.edges.push({ source, target, port: most === 1 ? 0 : inputs.length })
    numberPorts(graph, target)
  })
}

const sameEdge = (a: Edge, b: Edge): boolean => a.source === b.source && a.target === b.target && a.port === b.port

export function disconnect(architecture: Architecture, drawing: DrawingName, edges: readonly Edge[]): Architecture {
  return edit(architecture, drawing, (graph) => {
    graph.edges = graph.edges.filter((edge) => !edges.some((one) => sameEdge(one, edge)))
    for (const target of new Set(edges.map((edge) => edge.target))) numberPorts(graph, target)
  })
}

/** Exchanges two neighbouring inputs of a join: the order counts for Concatenate. */
export function moveInput(
  architecture: Architecture,
  drawing: DrawingName,
  target: string,
  port: number,
  by: 1 | -1
): Architecture {
  return edit(architecture, drawing, (graph) => {
    const inputs = inputsOf(graph, target)
    const [one, other] = [inputs[port], inputs[port + by]]
    if (!one || !other) return
    ;[one.port, other.port] = [other.port, one.port]
  })
}

/** Removes nodes; what stood behind one reads what it read first. Ends stay. Throws `edit-end` for an end alone. */
export function removeNodes(architecture: Architecture, drawing: DrawingName, ids: readonly string[]): Architecture {
  return edit(architecture, drawing, (graph) => {
    const gone = graph.nodes.filter((node) => ids.includes(node.id) && !isEnd(node))
    if (gone.length === 0) throw new ResiduumError('edit-end')
    for (const { id } of gone) {
      const source = inputsOf(graph, id)[0]?.source
      graph.edges = graph.edges.filter((edge) => edge.target !== id)
      if (source === undefined || source === id) graph.edges = graph.edges.filter((edge) => edge.source !== id)
      else for (const edge of graph.edges) if (edge.source === id) edge.source = source
    }
    graph.nodes = graph.nodes.filter((node) => !gone.some(({ id }) => id === node.id))
    for (const { id } of graph.nodes) numberPorts(graph, id)
  })
}

/** Sets places by hand. */
export function moveNodes(
  architecture: Architecture,
  drawing: DrawingName,
  places: ReadonlyMap<string, Place>
): Architecture {
  return edit(architecture, drawing, (graph) => {
    for (const node of graph.nodes) {
      const place = places.get(node.id)
      if (place) node.position = { x: place.x, y: place.y }
    }
  })
}

/** Forgets all places: the drawing is laid out again. */
export const clearPlaces = (architecture: Architecture, drawing: DrawingName): Architecture =>
  edit(architecture, drawing, (graph) => {
    for (const node of graph.nodes) delete node.position
  })

export type AttributeField = 'attributes' | 'arguments' | 'first'

/** Sets an attribute of layers or an argument of instances; undefined takes it back to its default. */
export function setAttribute(
  architecture: Architecture,
  drawing: DrawingName,
  ids: readonly string[],
  field: AttributeField,
  name: string,
  value: AttributeValue | undefined
): Architecture {
  return edit(architecture, drawing, (graph) => {
    for (const node of graph.nodes) {
      if (!ids.includes(node.id)) continue
      const record =
        node.type === 'layer' && field === 'attributes'
          ? node.attributes
          : node.type === 'block' && field === 'arguments'
            ? node.arguments
            : node.type === 'block' && field === 'first'
              ? node.repeat?.first
              : undefined
      if (!record) continue
      if (value === undefined) delete record[name]
      else record[name] = value as Draft<AttributeValue>
    }
  })
}

type Repeat = Extract<ArchitectureNode, { type: 'block' }>['repeat']

/** Properties that layers and instances have beside their attributes; undefined takes one away. */
export interface NodeChange {
  label?: string | undefined
  when?: string | undefined
  bypassed?: boolean | undefined
  frozen?: boolean | undefined
  repeat?: Repeat | undefined
}

export function changeNodes(
  architecture: Architecture,
  drawing: DrawingName,
  ids: readonly string[],
  change: NodeChange
): Architecture {
  return edit(architecture, drawing, (graph) => {
    for (const node of graph.nodes) {
      if (!ids.includes(node.id) || node.type === 'input' || node.type === 'output') continue
      for (const [key, value] of Object.entries(change)) {
        if (key === 'repeat' && node.type !== 'block') continue
        if (value === undefined || value === false) delete (node as Record<string, unknown>)[key]
        else (node as Record<string, unknown>)[key] = value
      }
    }
  })
}

/** Throws `edit-name`, `edit-taken` or `edit-end`. */
export function renameNode(architecture: Architecture, drawing: DrawingName, id: string, name: string): Architecture {
  if (id === name) return architecture
  requireName(name)
  return edit(architecture, drawing, (graph) => {
    const node = requireNode(graph, id)
    if (isEnd(node)) throw new ResiduumError('edit-end')
    if (namesIn(graph).has(name)) throw new ResiduumError('edit-taken', { name })
    node.id = name
    for (const edge of graph.edges) {
      if (edge.source === id) edge.source = name
      if (edge.target === id) edge.target = name
    }
  })
}

export type Frame = Partial<Pick<Architecture, 'name' | 'description' | 'input' | 'classes'>>

/** Changes what stands around the drawings: name, description, shape of the pictures, classes. */
export const changeFrame = (architecture: Architecture, frame: Frame): Architecture =>
  produce(architecture, (draft) => void Object.assign(draft, frame))
