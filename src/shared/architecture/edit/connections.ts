import { ResiduumError } from '../../errors'
import type { DrawingName } from '../locate'
import type { Architecture, Edge } from '../schema'
import { edgeKey, findPath } from '../topology'
import { edit, inputsOf, mostInputs, numberPorts, requireNode } from './drawing'

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
    if (from.type === 'output' || to.type === 'input') throw new ResiduumError('edit-direction')
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

export function disconnect(architecture: Architecture, drawing: DrawingName, edges: readonly Edge[]): Architecture {
  return edit(architecture, drawing, (graph) => {
    const gone = new Set(edges.map(edgeKey))
    graph.edges = graph.edges.filter((edge) => !gone.has(edgeKey(edge)))
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
