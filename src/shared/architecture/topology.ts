import type { ArchitectureGraph, ArchitectureNode, Edge } from './schema'

export interface OrderedNode {
  node: ArchitectureNode
  /** Edges that enter the node, by port. */
  incoming: Edge[]
}

/**
 * The nodes of one drawing so that each comes after all it reads from (Kahn's algorithm, stable in
 * the drawing's order); `cyclic` holds the ids that lie on or behind a cycle.
 * Edges with an unknown end are ignored.
 */
export function orderNodes(graph: ArchitectureGraph): { ordered: OrderedNode[]; cyclic: string[] } {
  const entries = new Map<string, OrderedNode & { waiting: number }>()
  for (const node of graph.nodes) entries.set(node.id, { node, incoming: [], waiting: 0 })
  const outgoing = new Map<string, string[]>()
  for (const edge of graph.edges) {
    const target = entries.get(edge.target)
    if (!target || !entries.has(edge.source)) continue
    target.incoming.push(edge)
    target.waiting += 1
    addTo(outgoing, edge.source, edge.target)
  }
  const ready = [...entries.values()].filter((entry) => entry.waiting === 0)
  const ordered: OrderedNode[] = []
  for (let next = 0; next < ready.length; next++) {
    const { node, incoming } = ready[next]!
    ordered.push({ node, incoming: incoming.sort((a, b) => a.port - b.port) })
    for (const id of outgoing.get(node.id) ?? []) {
      const target = entries.get(id)!
      target.waiting -= 1
      if (target.waiting === 0) ready.push(target)
    }
  }
  const cyclic = [...entries.values()].filter((entry) => entry.waiting > 0).map((entry) => entry.node.id)
  return { ordered, cyclic }
}

/**
 * Ids of the nodes whose values reach the drawing's output; all others are neither trained nor counted.
 * A bypassed node reads its first input only.
 */
export function liveNodes({ nodes, edges }: ArchitectureGraph): Set<string> {
  const bypassed = new Set(nodes.filter((node) => 'bypassed' in node && node.bypassed).map(({ id }) => id))
  const first = new Map<string, number>()
  for (const { target, port } of edges) first.set(target, Math.min(port, first.get(target) ?? Infinity))
  const sources = new Map<string, string[]>()
  for (const { source, target, port } of edges) {
    if (bypassed.has(target) && port !== first.get(target)) continue
    addTo(sources, target, source)
  }
  const live = new Set<string>()
  const waiting = nodes.filter(({ type }) => type === 'output').map(({ id }) => id)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (live.has(id)) continue
    live.add(id)
    for (const source of sources.get(id) ?? []) waiting.push(source)
  }
  return live
}

/** What holds for every instance of a drawing. */
export interface AnalysedDrawing {
  ordered: OrderedNode[]
  cyclic: string[]
  live: Set<string>
}

export const analyseDrawing = (graph: ArchitectureGraph): AnalysedDrawing => ({
  ...orderNodes(graph),
  live: liveNodes(graph)
})

/** What tells a connection from all others of its drawing. */
export const edgeKey = ({ source, target, port }: Edge): string => `${source}>${target}:${port}`

/** Ids on one way from `start` to `goal` along the edges, both included; null where there is none. */
export function findPath({ edges }: ArchitectureGraph, start: string, goal: string): string[] | null {
  const next = new Map<string, string[]>()
  for (const { source, target } of edges) addTo(next, source, target)
  const before = new Map<string, string | null>([[start, null]])
  const waiting = [start]
  for (let position = 0; position < waiting.length; position++) {
    const at = waiting[position]!
    if (at === goal) {
      const path: string[] = []
      for (let step: string | null = at; step !== null; step = before.get(step)!) path.push(step)
      return path.reverse()
    }
    for (const target of next.get(at) ?? []) {
      if (before.has(target)) continue
      before.set(target, at)
      waiting.push(target)
    }
  }
  return null
}

/**
 * One cycle of a drawing that has any, in the order of its connections and from the node that is drawn first. `cyclic`
 * is what `orderNodes` left over, which also holds what lies behind the cycle.
 */
export function findCycle({ nodes, edges }: ArchitectureGraph, cyclic: readonly string[]): string[] {
  const left = new Set(cyclic)
  const before = new Map<string, string>()
  // Whatever is left waits for something that is left: going back from anywhere, one comes round.
  for (const { source, target } of edges) if (left.has(source) && left.has(target)) before.set(target, source)
  const passed: string[] = []
  const places = new Map<string, number>()
  let at = cyclic[0]!
  while (!places.has(at)) {
    places.set(at, passed.length)
    passed.push(at)
    at = before.get(at)!
  }
  const cycle = passed.slice(places.get(at)!).reverse()
  const own = new Set(cycle)
  const first = cycle.indexOf(nodes.find(({ id }) => own.has(id))!.id)
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}

/** One more of a key's list, without copying it. */
function addTo(lists: Map<string, string[]>, key: string, value: string): void {
  const known = lists.get(key)
  if (known) known.push(value)
  else lists.set(key, [value])
}
