import type { Draft } from 'immer'
import type { ArchitectureGraph } from '../schema'

/** What a node takes in a drawing placed by hand, with its distance to the next. */
const ROOM = { x: 240, y: 112 }

/** Whether a drawing placed by hand is read from left to right, as most of its connections go, or from top to bottom. */
export function readsAcross({ nodes, edges }: ArchitectureGraph): boolean {
  const places = new Map(nodes.map(({ id, position }) => [id, position]))
  let votes = 0
  for (const { source, target } of edges) {
    const [from, to] = [places.get(source), places.get(target)]
    if (from && to) votes += Math.sign(Math.abs(to.x - from.x) / ROOM.x - Math.abs(to.y - from.y) / ROOM.y)
  }
  return votes > 0
}

/** In a drawing placed by hand, puts the new node behind its source and moves on what stands behind it in its row. */
export function makeRoom(graph: Draft<ArchitectureGraph>, source: string | null, id: string): void {
  const node = graph.nodes.find((one) => one.id === id)!
  const before = graph.nodes.find((one) => one.id === source)
  if (!before?.position) return
  const [along, beside] = readsAcross(graph) ? (['x', 'y'] as const) : (['y', 'x'] as const)
  const { position } = before
  node.position = { ...position, [along]: position[along] + ROOM[along] }
  for (const one of graph.nodes) {
    if (one.id === id || !one.position || one.position[along] <= position[along]) continue
    if (Math.abs(one.position[beside] - position[beside]) < ROOM[beside]) one.position[along] += ROOM[along]
  }
}
