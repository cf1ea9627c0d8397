import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import type { DrawingName } from '../locate'
import type { Architecture, ArchitectureNode, AttributeValue } from '../schema'
import { edit, inputsOf, isEnd, numberPorts, requireNode, type Place } from './drawing'
import { namesIn, requireName } from './names'

/** Removes nodes; what stood behind one reads what it read first. Ends stay. Throws `edit-end` for an end alone. */
export function removeNodes(architecture: Architecture, drawing: DrawingName, ids: readonly string[]): Architecture {
  return edit(architecture, drawing, (graph) => {
    const gone = graph.nodes.filter((node) => ids.includes(node.id) && !isEnd(node))
    if (gone.length === 0) throw new ResiduumError('edit-end')
    const names = new Set(gone.map(({ id }) => id))
    const readers = graph.edges.filter(({ source }) => names.has(source)).map(({ target }) => target)
    for (const { id } of gone) {
      const source = inputsOf(graph, id)[0]?.source
      graph.edges = graph.edges.filter((edge) => edge.target !== id)
      if (source === undefined || source === id) graph.edges = graph.edges.filter((edge) => edge.source !== id)
      else for (const edge of graph.edges) if (edge.source === id) edge.source = source
    }
    graph.nodes = graph.nodes.filter(({ id }) => !names.has(id))
    for (const id of new Set(readers)) numberPorts(graph, id)
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
