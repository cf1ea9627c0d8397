import { inputsOf } from '../../../shared/architecture/edit'
import type { ArchitectureGraph } from '../../../shared/architecture/schema'
import type { Point } from '../drawing/layout'

type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/**
 * The node that an arrow key leads to: up and down along the connections (the first input, the first reader),
 * left and right to the nearest node on that side. Without a node to start from, the input.
 */
export function walk(
  graph: ArchitectureGraph,
  places: ReadonlyMap<string, Point>,
  from: string | undefined,
  key: Arrow
): string | null {
  if (from === undefined) return graph.nodes.find(({ type }) => type === 'input')?.id ?? null
  if (key === 'ArrowUp') return inputsOf(graph, from)[0]?.source ?? null
  if (key === 'ArrowDown') {
    const readers = graph.edges.filter(({ source }) => source === from)
    return readers.sort((a, b) => a.port - b.port)[0]?.target ?? null
  }
  const start = places.get(from)
  if (!start) return null
  const side = key === 'ArrowLeft' ? -1 : 1
  const beside = [...places]
    .filter(([, { x }]) => (x - start.x) * side > 40)
    .map(([id, { x, y }]) => ({ id, distance: Math.abs(x - start.x) + 2 * Math.abs(y - start.y) }))
    .sort((a, b) => a.distance - b.distance)
  return beside[0]?.id ?? null
}
