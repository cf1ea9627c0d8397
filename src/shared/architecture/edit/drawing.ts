import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { isLayerKind, layers } from '../layers'
import { exceededLimit, LIMITS } from '../limits'
import type { DrawingName } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, Edge } from '../schema'
import { requireGraph } from './names'

/**
 * Edits of one drawing. Each gives a new architecture that shares what it did not change with the old one, or
 * throws ResiduumError `edit-*` and has then changed nothing.
 */
export const edit = (
  architecture: Architecture,
  drawing: DrawingName,
  body: (graph: Draft<ArchitectureGraph>) => void
): Architecture => produce(architecture, (draft) => void body(requireGraph(draft, drawing)))

export const isEnd = ({ type }: ArchitectureNode): boolean => type === 'input' || type === 'output'

/** Throws ResiduumError `edit-missing`. */
export function requireNode(graph: ArchitectureGraph, id: string): ArchitectureNode {
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
export function numberPorts(graph: ArchitectureGraph, id: string): void {
  inputsOf(graph, id).forEach((edge, index) => (edge.port = index))
}

const tooLarge = (): ResiduumError => {
  const { drawingNodes: nodes, drawingEdges: edges, nodes: total, blocks } = LIMITS
  return new ResiduumError('edit-too-large', { nodes, edges, total, blocks })
}

/** Throws ResiduumError `edit-too-large` where a drawing has no room for so many more; ends of blocks among them go. */
export function requireRoom({ nodes, edges }: ArchitectureGraph, more: { nodes: number; edges: number }): void {
  if (nodes.length + more.nodes > 2 * LIMITS.drawingNodes || edges.length + more.edges > 2 * LIMITS.drawingEdges) {
    throw tooLarge()
  }
}

/** The architecture, if its drawings are not too large to be saved. Throws ResiduumError `edit-too-large`. */
export function withinLimits(architecture: Architecture): Architecture {
  if (exceededLimit(architecture)) throw tooLarge()
  return architecture
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
