/** A value, named by the node that gives it, on its way from item to item. */
export interface Link {
  value: string
  source: string
  target: string
  port: number
}

/** A way of its own through a row: items one after another, and where it leaves and joins another. */
export interface Branch {
  items: string[]
  /** The connection into its first item, or, of one without items, all of it; null where it begins by itself. */
  from: Link | null
  /** The connection from its last item to a join; null where it ends by itself. */
  to: Link | null
}

/**
 * The ways of a row, the main one first, each with those that join it behind it: drawn one beside another in this
 * order, those of nested blocks cross nothing. At a join the main way is the first input that is more than a
 * shortcut, or that of `joins`, ports that were taken before. `rank` is the drawing's own order.
 */
export function branchesOf(
  layers: readonly (readonly string[])[],
  links: readonly Link[],
  joins: ReadonlyMap<string, number>,
  rank: ReadonlyMap<string, number>
): { branches: Branch[]; mains: Map<string, Link> } {
  const layer = new Map(layers.flatMap((ids, index) => ids.map((id) => [id, index] as const)))
  const inputs = new Map<string, Link[]>()
  const readers = new Map<string, number>()
  for (const link of links) {
    // A connection that goes back is no part of a way.
    if (layer.get(link.source)! >= layer.get(link.target)!) continue
    inputs.set(link.target, [...(inputs.get(link.target) ?? []), link])
    readers.set(link.source, (readers.get(link.source) ?? 0) + 1)
  }
  for (const list of inputs.values()) list.sort((a, b) => a.port - b.port)

  const isShortcut = ({ source, target }: Link): boolean =>
    layer.get(source)! < layer.get(target)! - 1 && (readers.get(source)! > 1 || layer.get(source) === 0)
  const mains = new Map<string, Link>()
  for (const [id, list] of inputs) {
    const known = list.find(({ port }) => port === joins.get(id))
    const latest = list.reduce((a, b) => (layer.get(b.source)! > layer.get(a.source)! ? b : a))
    mains.set(id, known ?? list.find((link) => !isShortcut(link)) ?? latest)
  }

  const branches: Branch[] = []
  const seen = new Set<string>()
  /** Goes back from an item to one that is on a way already. */
  function grow(end: string, to: Link | null): void {
    const items: string[] = []
    let from: Link | null = null
    for (let at: string | undefined = end; at !== undefined;) {
      seen.add(at)
      items.push(at)
      from = mains.get(at) ?? null
      at = from && !seen.has(from.source) ? from.source : undefined
    }
    items.reverse()
    branches.push({ items, from, to })
    for (const id of items) {
      for (const link of inputs.get(id) ?? []) {
        if (link === mains.get(id)) continue
        if (seen.has(link.source)) branches.push({ items: [], from: link, to: link })
        else grow(link.source, link)
      }
    }
  }
  // What leaves the row first, then what ends in it: the output, and others in an order that no edit turns round.
  const last = (id: string): number => rank.get(id) ?? Number.POSITIVE_INFINITY
  const ends = layers.flat().filter((id) => !readers.has(id))
  for (const id of ends.sort((a, b) => (last(a) === last(b) ? 0 : last(b) - last(a)))) {
    if (!seen.has(id)) grow(id, null)
  }
  for (const id of layers.flat()) if (!seen.has(id)) grow(id, null)
  return { branches, mains }
}
