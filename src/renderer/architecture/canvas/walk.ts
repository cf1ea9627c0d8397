import { inputsOf } from '../../../shared/architecture/edit'
import type { ArchitectureGraph } from '../../../shared/architecture/schema'
import type { Direction, Point } from '../drawing/layout'

/** Nodes that differ by less are in one line. */
const NEAR = 40

type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/**
 * The node that an arrow key leads to: along the connections the way the drawing is read (to the first input, to the
 * first reader), beside them to the nearest node on that side. Without a node to start from, the input.
 */
export function walk(
  graph: ArchitectureGraph,
  { places, direction }: { places: ReadonlyMap<string, Point>; direction: Direction },
  from: string | undefined,
  key: Arrow
): string | null {
  if (from === undefined) return graph.nodes.find(({ type }) => type === 'input')?.id ?? null
  const [back, on] = direction === 'across' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  if (key === back) return inputsOf(graph, from)[0]?.source ?? null
  if (key === on) {
    const readers = graph.edges.filter(({ source }) => source === from)
    return readers.sort((a, b) => a.port - b.port)[0]?.target ?? null
  }
  const start = places.get(from)
  if (!start) return null
  const side = key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1
  const [along, across] = direction === 'across' ? (['x', 'y'] as const) : (['y', 'x'] as const)
  const beside = [...places]
    .filter(([, place]) => (place[across] - start[across]) * side > NEAR)
    .map(([id, place]) => ({
      id,
      distance: Math.abs(place[across] - start[across]) + 2 * Math.abs(place[along] - start[along])
    }))
    .sort((a, b) => a.distance - b.distance)
  return beside[0]?.id ?? null
}
