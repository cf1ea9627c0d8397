import { current, produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { identifiersOf, substitute } from '../expressionText'
import { blocksWithin, definitionOf, type DrawingName } from '../locate'
import type {
  Architecture,
  ArchitectureGraph,
  ArchitectureNode,
  AttributeValue,
  BlockDefinition,
  BlockNode,
  BlockParameter,
  LayerNode
} from '../schema'
import { orderNodes } from '../topology'
import { freeName, namesIn, requireGraph, requireName } from './names'
import { isEnd, type Added, type Place } from './nodes'

/** Edits of block definitions; each gives a new architecture or throws ResiduumError `edit-*`. */

type Values = Record<string, AttributeValue>

/** Every value of a node that may be an expression over the parameters of the drawing around it. */
function valuesOf(node: ArchitectureNode): AttributeValue[] {
  if (isEnd(node) || node.type === 'input' || node.type === 'output') return []
  const own =
    node.type === 'layer'
      ? Object.values(node.attributes)
      : [
          ...Object.values(node.arguments),
          ...Object.values(node.repeat?.first ?? {}),
          ...(node.repeat ? [node.repeat.count] : [])
        ]
  return node.when ? [...own, node.when] : own
}

/** The node with each of those values replaced. */
function mapValues<N extends ArchitectureNode>(node: N, map: (value: AttributeValue) => AttributeValue): N {
  return produce(node, (draft: Draft<ArchitectureNode>) => {
    const all = (values: Values): void => {
      for (const name of Object.keys(values)) values[name] = map(values[name]!)
    }
    if (draft.type === 'layer') all(draft.attributes as Values)
    if (draft.type === 'block') {
      all(draft.arguments as Values)
      if (draft.repeat) {
        all(draft.repeat.first as Values)
        draft.repeat.count = map(draft.repeat.count) as string | number
      }
    }
    if ((draft.type === 'layer' || draft.type === 'block') && draft.when) {
      const value = map(draft.when)
      draft.when = typeof value === 'string' && value.startsWith('=') ? value : `=${String(value)}`
    }
  })
}

export function requireDefinition(architecture: Architecture, name: string): BlockDefinition {
  const definition = definitionOf(architecture, name)
  if (!definition) throw new ResiduumError('edit-missing', { name })
  return definition
}

function requireFreeBlock(architecture: Architecture, name: string): void {
  requireName(name)
  if (definitionOf(architecture, name)) throw new ResiduumError('edit-taken', { name })
}

/** A name for a new block. */
export const freeBlockName = (architecture: Architecture, stem = 'block'): string =>
  freeName(new Set(Object.keys(architecture.blocks)), stem)

/** All instances of a block, in all drawings. */
function eachInstance(architecture: Draft<Architecture>, name: string, body: (node: Draft<BlockNode>) => void): void {
  const graphs = [architecture.graph, ...Object.values(architecture.blocks).map(({ graph }) => graph)]
  for (const graph of graphs) {
    for (const node of graph.nodes) if (node.type === 'block' && node.block === name) body(node)
  }
}

/** Adds an empty block whose input is its output. */
export function addBlock(architecture: Architecture, name: string): Architecture {
  requireFreeBlock(architecture, name)
  return produce(architecture, (draft) => {
    draft.blocks[name] = {
      parameters: [],
      graph: {
        nodes: [
          { type: 'input', id: 'input' },
          { type: 'output', id: 'output' }
        ],
        edges: [{ source: 'input', target: 'output', port: 0 }]
      }
    }
  })
}

/**
 * Makes a block of nodes of a drawing and puts an instance in their place. One value may enter and one may leave;
 * parameters of the enclosing block that the nodes read become parameters of the new one.
 * Throws `edit-block-empty`, `edit-block-entries`, `edit-block-exits` or `edit-block-around`.
 */
export function makeBlock(
  architecture: Architecture,
  drawing: DrawingName,
  ids: readonly string[],
  name: string
): Added {
  requireFreeBlock(architecture, name)
  const graph = requireGraph(architecture, drawing)
  const inside = graph.nodes.filter((node) => ids.includes(node.id) && !isEnd(node))
  if (inside.length === 0) throw new ResiduumError('edit-block-empty')
  const names = new Set(inside.map(({ id }) => id))
  const within = graph.edges.filter(({ source, target }) => names.has(source) && names.has(target))
  const entering = graph.edges.filter(({ source, target }) => !names.has(source) && names.has(target))
  const leaving = graph.edges.filter(({ source, target }) => names.has(source) && !names.has(target))
  const entries = [...new Set(entering.map(({ source }) => source))]
  if (entries.length > 1) throw new ResiduumError('edit-block-entries', { nodes: entries.join(', ') })
  const ends = inside.filter(({ id }) => !within.some(({ source }) => source === id)).map(({ id }) => id)
  const exits = leaving.length > 0 ? [...new Set(leaving.map(({ source }) => source))] : ends
  if (exits.length !== 1) throw new ResiduumError('edit-block-exits', { nodes: exits.join(', ') })
  const taken = namesIn({ nodes: inside, edges: [] })
  const [input, output] = [freeName(taken, 'input'), freeName(taken, 'output')]
  const open = inside.filter(({ id }) => !graph.edges.some(({ target }) => target === id)).map(({ id }) => id)
  const fromInput = [
    ...entering.map(({ target, port }) => ({ source: input, target, port })),
    ...(entering.length === 0 ? open.map((target) => ({ source: input, target, port: 0 })) : [])
  ]
  const parameters = (drawing === null ? [] : requireDefinition(architecture, drawing).parameters).filter((parameter) =>
    inside.some((node) => valuesOf(node).some((value) => identifiersOf(value).has(parameter.name)))
  )
  const others = new Set(graph.nodes.filter((node) => !names.has(node.id)).map((node) => node.id))
  const instance: BlockNode = {
    type: 'block',
    id: freeName(others, `${name.slice(0, 58)}1`),
    block: name,
    arguments: Object.fromEntries(parameters.map((parameter) => [parameter.name, `=${parameter.name}`])),
    ...middle(inside)
  }
  const next = produce(architecture, (draft) => {
    const ownGraph = requireGraph(draft, drawing) as Draft<ArchitectureGraph>
    draft.blocks[name] = {
      parameters: structuredClone(parameters),
      graph: {
        nodes: [
          { type: 'input', id: input },
          ...(withoutPlaces(inside) as Draft<ArchitectureNode>[]),
          { type: 'output', id: output }
        ],
        edges: [...structuredClone(within), ...fromInput, { source: exits[0]!, target: output, port: 0 }]
      }
    }
    const at = ownGraph.nodes.findIndex(({ id }) => names.has(id))
    ownGraph.nodes.splice(at, 0, instance as Draft<ArchitectureNode>)
    ownGraph.nodes = ownGraph.nodes.filter((node) => node.id === instance.id || !names.has(node.id))
    ownGraph.edges = ownGraph.edges.filter(({ source, target }) => !names.has(source) && !names.has(target))
    if (entries.length === 1) ownGraph.edges.push({ source: entries[0]!, target: instance.id, port: 0 })
    for (const { target, port } of leaving) ownGraph.edges.push({ source: instance.id, target, port })
  })
  if (orderNodes(requireGraph(next, drawing)).cyclic.length > 0) throw new ResiduumError('edit-block-around')
  return { architecture: next, ids: [instance.id] }
}

/** Copies of nodes for another drawing, where their places mean nothing. */
const withoutPlaces = (nodes: readonly ArchitectureNode[]): ArchitectureNode[] =>
  structuredClone(nodes).map((node) => {
    delete node.position
    return node
  })

/** The place between nodes that have one. */
function middle(nodes: readonly ArchitectureNode[]): { position?: Place } {
  const places = nodes.flatMap(({ position }) => (position ? [position] : []))
  if (places.length === 0) return {}
  const mean = (axis: 'x' | 'y'): number =>
    Math.round(places.reduce((sum, place) => sum + place[axis], 0) / places.length)
  return { position: { x: mean('x'), y: mean('y') } }
}

/** What a node's condition comes to, once its expression is a literal. */
const decided = (when: string | undefined): boolean | null => {
  if (when === undefined) return true
  const text = when.slice(1)
  return text === 'true' ? true : text === 'false' ? false : null
}

/**
 * Puts the nodes of a block in place of its instance, one set for each repetition, arguments filled in.
 * Throws `edit-detach-condition`, and `edit-detach-count` where the number of repetitions is not known.
 */
export function detach(architecture: Architecture, drawing: DrawingName, id: string): Added {
  const graph = requireGraph(architecture, drawing)
  const instance = graph.nodes.find((node) => node.id === id)
  if (instance?.type !== 'block') throw new ResiduumError('edit-missing', { name: id })
  if (instance.when || instance.bypassed) throw new ResiduumError('edit-detach-condition', { name: id })
  const definition = requireDefinition(architecture, instance.block)
  const count = instance.repeat ? substitute(instance.repeat.count, new Map()) : 1
  if (typeof count !== 'number') throw new ResiduumError('edit-detach-count', { name: id, count: String(count) })
  const taken = namesIn(graph)
  taken.delete(id)
  const source = graph.edges.find(({ target }) => target === id)?.source ?? null
  const made: ArchitectureNode[] = []
  const edges: ArchitectureGraph['edges'] = []
  let value = source
  for (let index = 0; index < count; index++) {
    const given = { ...instance.arguments, ...(index === 0 ? instance.repeat?.first : {}) }
    const scope = new Map(
      definition.parameters.map((parameter): [string, AttributeValue] => [
        parameter.name,
        given[parameter.name] ?? parameter.default
      ])
    )
    const stem = instance.repeat ? `${id}_${index}` : id
    value = spread(definition.graph, {
      scope,
      stem,
      taken,
      made,
      edges,
      source: value,
      frozen: instance.frozen === true
    })
  }
  const next = produce(architecture, (draft) => {
    const own = requireGraph(draft, drawing) as Draft<ArchitectureGraph>
    const at = own.nodes.findIndex((node) => node.id === id)
    own.nodes.splice(at, 1, ...(made as Draft<ArchitectureNode>[]))
    const leaving = own.edges.filter((edge) => edge.source === id)
    own.edges = own.edges.filter((edge) => edge.source !== id && edge.target !== id)
    own.edges.push(...edges)
    if (value !== null) own.edges.push(...leaving.map((edge) => ({ ...edge, source: value! })))
    // Its nodes have no places in this drawing: it is laid out anew.
    for (const node of own.nodes) delete node.position
  })
  return { architecture: next, ids: made.map((node) => node.id) }
}

interface Spreading {
  scope: ReadonlyMap<string, AttributeValue>
  stem: string
  taken: Set<string>
  made: ArchitectureNode[]
  edges: ArchitectureGraph['edges']
  source: string | null
  frozen: boolean
}

/** Adds one set of a block's nodes; gives the name of the node whose value leaves it. */
function spread(
  inner: ArchitectureGraph,
  { scope, stem, taken, made, edges, source, frozen }: Spreading
): string | null {
  const names = new Map<string, string | null>()
  let result: string | null = source
  for (const { node, incoming } of orderNodes(inner).ordered) {
    const inputs = incoming.flatMap((edge) => {
      const from = names.get(edge.source) ?? null
      return from === null ? [] : [{ from, port: edge.port }]
    })
    if (node.type === 'input') names.set(node.id, source)
    else if (node.type === 'output') result = inputs[0]?.from ?? null
    else {
      const filled = mapValues(node, (value) => substitute(value, scope))
      const condition = decided(filled.when)
      if (condition === false) {
        names.set(node.id, inputs[0]?.from ?? null)
        continue
      }
      const name = freeName(taken, `${stem}_${node.id}`.slice(0, 60))
      taken.add(name)
      const { when, ...rest } = withoutPlaces([filled])[0] as LayerNode | BlockNode
      made.push({
        ...rest,
        id: name,
        ...(condition === null && { when: when! }),
        ...(frozen && { frozen: true })
      })
      for (const { from, port } of inputs) edges.push({ source: from, target: name, port })
      names.set(node.id, name)
    }
  }
  return result
}

/** Throws `edit-name` or `edit-taken`. */
export function renameBlock(architecture: Architecture, name: string, to: string): Architecture {
  if (name === to) return architecture
  requireDefinition(architecture, name)
  requireFreeBlock(architecture, to)
  return produce(architecture, (draft) => {
    // The order of the definitions stays.
    draft.blocks = Object.fromEntries(Object.entries(draft.blocks).map(([key, one]) => [key === name ? to : key, one]))
    eachInstance(draft, name, (node) => (node.block = to))
  })
}

/** Where a block has instances: drawing and name. */
export function instancesOf(architecture: Architecture, name: string): { drawing: DrawingName; id: string }[] {
  const drawings: [DrawingName, ArchitectureGraph][] = [
    [null, architecture.graph],
    ...Object.entries(architecture.blocks).map(([key, { graph }]): [string, ArchitectureGraph] => [key, graph])
  ]
  return drawings.flatMap(([drawing, { nodes }]) =>
    nodes.filter((node) => node.type === 'block' && node.block === name).map(({ id }) => ({ drawing, id }))
  )
}

/** Removes a definition without instances. Throws `edit-block-used`. */
export function removeBlock(architecture: Architecture, name: string): Architecture {
  requireDefinition(architecture, name)
  const used = instancesOf(architecture, name)
  if (used.length > 0) throw new ResiduumError('edit-block-used', { name, nodes: used.map(({ id }) => id).join(', ') })
  return produce(architecture, (draft) => void delete draft.blocks[name])
}

/** Whether an instance of `block` in `drawing` would put a block inside itself. */
export const wouldRecur = (architecture: Architecture, drawing: DrawingName, block: string): boolean =>
  drawing !== null && (drawing === block || blocksWithin(architecture, block).has(drawing))

/** Adds a parameter at the end. */
export function addParameter(architecture: Architecture, name: string, parameter: BlockParameter): Architecture {
  requireName(parameter.name)
  if (requireDefinition(architecture, name).parameters.some((one) => one.name === parameter.name)) {
    throw new ResiduumError('edit-taken', { name: parameter.name })
  }
  return produce(architecture, (draft) => void draft.blocks[name]!.parameters.push(parameter as Draft<BlockParameter>))
}

/** Changes a parameter; a new name is taken over by all that reads it and by all instances. */
export function changeParameter(
  architecture: Architecture,
  name: string,
  parameter: string,
  next: BlockParameter
): Architecture {
  const definition = requireDefinition(architecture, name)
  const renamed = next.name !== parameter
  if (renamed) {
    requireName(next.name)
    if (definition.parameters.some((one) => one.name === next.name)) {
      throw new ResiduumError('edit-taken', { name: next.name })
    }
  }
  return produce(architecture, (draft) => {
    const own = draft.blocks[name]!
    const index = own.parameters.findIndex((one) => one.name === parameter)
    if (index < 0) throw new ResiduumError('edit-missing', { name: parameter })
    own.parameters[index] = next as Draft<BlockParameter>
    if (!renamed) return
    const rename = (values: Values): Values =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key === parameter ? next.name : key, value]))
    eachInstance(draft, name, (node) => {
      node.arguments = rename(node.arguments as Values) as typeof node.arguments
      if (node.repeat) node.repeat.first = rename(node.repeat.first as Values) as typeof node.repeat.first
    })
    const replacement = new Map([[parameter, `=${next.name}`]])
    own.graph.nodes = current(own.graph.nodes).map((node) =>
      mapValues(node as ArchitectureNode, (value) =>
        identifiersOf(value).has(parameter) ? substitute(value, replacement) : value
      )
    ) as Draft<ArchitectureNode>[]
  })
}

/** Moves a parameter to another place in the order. */
export function moveParameter(architecture: Architecture, name: string, from: number, to: number): Architecture {
  const { parameters } = requireDefinition(architecture, name)
  if (!parameters[from] || !parameters[to]) return architecture
  return produce(architecture, (draft) => {
    const list = draft.blocks[name]!.parameters
    list.splice(to, 0, ...list.splice(from, 1))
  })
}

/** Removes a parameter that nothing reads, and its arguments. Throws `edit-parameter-used`, which names the readers. */
export function removeParameter(architecture: Architecture, name: string, parameter: string): Architecture {
  const readers = requireDefinition(architecture, name).graph.nodes.filter((node) =>
    valuesOf(node).some((value) => identifiersOf(value).has(parameter))
  )
  if (readers.length > 0) {
    throw new ResiduumError('edit-parameter-used', { name: parameter, nodes: readers.map(({ id }) => id).join(', ') })
  }
  return produce(architecture, (draft) => {
    const own = draft.blocks[name]!
    own.parameters = own.parameters.filter((one) => one.name !== parameter)
    eachInstance(draft, name, (node) => {
      delete node.arguments[parameter]
      if (node.repeat) delete node.repeat.first[parameter]
    })
  })
}
