import { copyOf } from '../../copy'
import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { identifiersOf } from '../expressionText'
import { blocksWithin, definitionOf, type DrawingName } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, BlockNode } from '../schema'
import { orderNodes } from '../topology'
import { freeName, namesIn, requireGraph, requireName } from './names'
import { isEnd, type Added, type Place } from './drawing'
import { eachInstance, requireDefinition, valuesOf, withoutPlaces } from './values'

/** Edits of block definitions; each gives a new architecture or throws ResiduumError `edit-*`. */

function requireFreeBlock(architecture: Architecture, name: string): void {
  requireName(name)
  if (definitionOf(architecture, name)) throw new ResiduumError('edit-taken', { name })
}

/** A name for a new block. */
export const freeBlockName = (architecture: Architecture, stem = 'block'): string =>
  freeName(new Set(Object.keys(architecture.blocks)), stem)

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
      parameters: copyOf(parameters),
      graph: {
        nodes: [
          { type: 'input', id: input },
          ...(withoutPlaces(inside) as Draft<ArchitectureNode>[]),
          { type: 'output', id: output }
        ],
        edges: [...copyOf(within), ...fromInput, { source: exits[0]!, target: output, port: 0 }]
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

/** The place between nodes that have one. */
function middle(nodes: readonly ArchitectureNode[]): { position?: Place } {
  const places = nodes.flatMap(({ position }) => (position ? [position] : []))
  if (places.length === 0) return {}
  const mean = (axis: 'x' | 'y'): number =>
    Math.round(places.reduce((sum, place) => sum + place[axis], 0) / places.length)
  return { position: { x: mean('x'), y: mean('y') } }
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
