import { branchesOf, type Branch, type Link } from './branches'

/** A place along the way a drawing is read, and beside it. */
export interface Spot {
  along: number
  beside: number
}

/** A box in a row: a node, a group with what it holds, or an end of a line that enters or leaves the row. */
export interface Item {
  id: string
  length: number
  breadth: number
  /** Where a value enters and leaves it, from its own edge. */
  enters(value: string): number
  leaves(value: string): number
}

export interface Room {
  /** From a box to the next along the way. */
  between: number
  /** From a box to one beside it. */
  beside: number
}

export interface Row {
  length: number
  /** From its main way to both sides. */
  before: number
  behind: number
  places: Map<string, Spot>
  /** From where to where each layer reaches. */
  columns: { from: number; to: number }[]
  /** The way of each connection, by `linkKey`. */
  ways: Map<string, Spot[]>
  /** The input by which the main way reaches each item. */
  joins: Map<string, number>
}

export const linkKey = ({ value, target, port }: Pick<Link, 'value' | 'target' | 'port'>): string =>
  `${value}>${target}:${port}`

/** Half of what is kept free between a line and what is beside it. */
const LINE = 7
/** From one line to the next that runs along it, and from a line to a box it turns before. */
const TRACK = 8
const LEAVE = 12
/** An arrow's head has room before the box it points at. */
const ARRIVE = 16

/**
 * Draws one row: the main way straight, each other way straight beside it, where it has room for its whole length.
 * Between two layers lines change sides, each value at a place of its own: no line crosses a box. The first and the
 * last layer hold the ends of lines that come from or go to elsewhere, or nothing.
 */
export function drawRow(
  layers: readonly (readonly Item[])[],
  links: readonly Link[],
  room: Room,
  joins: ReadonlyMap<string, number>,
  rank: ReadonlyMap<string, number>
): Row {
  const items = new Map(layers.flat().map((item) => [item.id, item]))
  const layer = new Map(layers.flatMap((list, index) => list.map(({ id }) => [id, index] as const)))
  const { branches, mains } = branchesOf(
    layers.map((list) => list.map(({ id }) => id)),
    links,
    joins,
    rank
  )
  const lanes = placeLanes(branches, items, layer, mains, layers.length, room)

  // Where each value leaves and enters, beside the way; then what must change sides between which layers.
  const leaving = ({ source, value }: Link): number => top(source) + items.get(source)!.leaves(value)
  const entering = ({ target, value }: Link): number => top(target) + items.get(target)!.enters(value)
  const top = (id: string): number => lanes.tops.get(id)!
  const channels = layers.slice(1).map(() => ({ leave: new Set<string>(), arrive: new Set<string>() }))
  const laneOf = (link: Link): number => lanes.ofLink.get(link) ?? entering(link)
  const forward = links.filter(({ source, target }) => layer.get(source)! < layer.get(target)!)
  for (const link of forward) {
    const lane = laneOf(link)
    if (!same(leaving(link), lane)) channels[layer.get(link.source)!]!.leave.add(link.value)
    if (!same(entering(link), lane)) channels[layer.get(link.target)! - 1]!.arrive.add(link.target)
  }

  const columns: Row['columns'] = []
  let at = 0
  for (const [index, list] of layers.entries()) {
    const length = Math.max(0, ...list.map((item) => item.length))
    columns.push({ from: at, to: at + length })
    const channel = channels[index]
    if (!channel) break
    const turns = channel.leave.size + channel.arrive.size
    const outer = index === 0 || index === layers.length - 2
    const least = outer ? LEAVE : room.between
    at += length + Math.max(least, turns > 0 ? LEAVE + ARRIVE + (turns - 1) * TRACK : 0)
  }

  const places = new Map<string, Spot>()
  for (const [id, item] of items) {
    const { from, to } = columns[layer.get(id)!]!
    places.set(id, { along: (from + to - item.length) / 2, beside: top(id) })
  }
  const ways = new Map<string, Spot[]>()
  for (const link of forward) {
    const lane = laneOf(link)
    const [a, b] = [layer.get(link.source)!, layer.get(link.target)!]
    const start = { along: places.get(link.source)!.along + items.get(link.source)!.length, beside: leaving(link) }
    const end = { along: places.get(link.target)!.along, beside: entering(link) }
    const out = columns[a]!.to + LEAVE + TRACK * [...channels[a]!.leave].indexOf(link.value)
    const into = columns[b]!.from - ARRIVE - TRACK * [...channels[b - 1]!.arrive].indexOf(link.target)
    const way = [start]
    if (!same(start.beside, lane)) way.push({ along: out, beside: start.beside }, { along: out, beside: lane })
    if (!same(end.beside, lane)) way.push({ along: into, beside: lane }, { along: into, beside: end.beside })
    ways.set(linkKey(link), [...way, end])
  }
  return {
    length: columns.at(-1)?.to ?? 0,
    ...lanes.extent,
    places,
    columns,
    ways,
    joins: new Map([...mains].map(([id, { port }]) => [id, port]))
  }
}

const same = (a: number, b: number): boolean => Math.abs(a - b) < 0.5

/** Puts each way, in their order, as near to the main one as all that lies along it lets it. */
function placeLanes(
  branches: readonly Branch[],
  items: ReadonlyMap<string, Item>,
  layer: ReadonlyMap<string, number>,
  mains: ReadonlyMap<string, Link>,
  count: number,
  { beside }: Room
): { tops: Map<string, number>; ofLink: Map<Link, number>; extent: { before: number; behind: number } } {
  const tops = new Map<string, number>()
  const ofLink = new Map<Link, number>()
  const extent = { before: 0, behind: 0 }
  /** How far is taken, by layer (even) and what lies between two (odd). */
  const taken = new Float64Array(2 * count).fill(Number.NEGATIVE_INFINITY)
  for (const { items: own, from, to } of branches) {
    const first = from ? 2 * layer.get(from.source)! + 1 : 2 * layer.get(own[0]!)!
    const last = to ? 2 * layer.get(to.target)! - 1 : 2 * layer.get(own.at(-1)!)!
    // Between two layers that follow one another a line needs no way of its own.
    if (own.length === 0 && first === last) continue
    const above = new Map<number, number>()
    const below = new Map<number, number>()
    for (const id of own) {
      const item = items.get(id)!
      const main = mains.get(id)
      const port = main ? item.enters(main.value) : item.leaves(id)
      const free = item.breadth > 0 ? beside / 2 : LINE
      above.set(2 * layer.get(id)!, port + free)
      below.set(2 * layer.get(id)!, item.breadth - port + free)
    }
    let lane = 0
    for (let place = first; place <= last; place++) lane = Math.max(lane, taken[place]! + (above.get(place) ?? LINE))
    for (let place = first; place <= last; place++) taken[place] = lane + (below.get(place) ?? LINE)
    for (const id of own) {
      const item = items.get(id)!
      const main = mains.get(id)
      const start = lane - (main ? item.enters(main.value) : item.leaves(id))
      tops.set(id, start)
      extent.before = Math.max(extent.before, -start)
      extent.behind = Math.max(extent.behind, start + item.breadth)
      if (main) ofLink.set(main, lane)
    }
    if (to) ofLink.set(to, lane)
    extent.behind = Math.max(extent.behind, lane)
  }
  return { tops, ofLink, extent }
}
