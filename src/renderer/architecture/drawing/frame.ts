import { keptStarts, rowStarts, type Crossing } from './cuts'
import { layersOf } from './layers'
import type { Link } from './branches'
import { drawRow, linkKey, type Item, type Room, type Row, type Spot } from './row'

/** The one row of items that stands for where a value comes from, or goes to, outside. */
export const OUTSIDE = '(outside)'

/** What of a layout is kept, so that the next one leaves what stands where it is. */
export interface Kept {
  /** The row of each item. */
  rows: ReadonlyMap<string, number>
  /** The input by which the main way reaches an item. */
  joins: ReadonlyMap<string, number>
}

export interface Frame {
  length: number
  breadth: number
  rows: number
  places: Map<string, Spot>
  /** Of the layers, in order: who stands on the main way, and what the layer takes of its row. */
  slots: { id: string; row: number; from: Spot; to: Spot }[]
  /** The way of a value from item to item, or from or to OUTSIDE. */
  way(link: Link): Spot[]
  enters(value: string): number
  leaves(value: string): number
  kept: Kept
}

/** From the lower side of a row to the next below it. */
const GUTTER = 44
const TRACK = 8
/** From the lower side of a row to the first line that leads to the next: above that stand the labels of bands. */
const BELOW = 13
/** What a row takes before its first and behind its last layer. */
const ENDS = 44
/** A row that grew by more than this over what fits is cut anew. */
const TOLERANCE = 1.4

/** Draws items in as many rows as `width` asks for, and what connects them, within and between rows. */
export function drawFrame(
  items: readonly Item[],
  links: readonly Link[],
  width: number,
  room: Room,
  kept: Kept | null
): Frame {
  const byId = new Map(items.map((item) => [item.id, item]))
  const rank = new Map([...byId.keys()].map((id, index) => [id, index] as const))
  const layers = layersOf([...byId.keys()], links, kept?.rows)
  const layer = new Map(layers.flatMap((ids, index) => ids.map((id) => [id, index] as const)))
  const span = (link: Link): [number, number] => [layer.get(link.source) ?? -1, layer.get(link.target) ?? layers.length]
  const starts = findStarts()
  const rowOf = (at: number): number => starts.reduce((row, start, index) => (start <= at ? index : row), 0)
  const rows = drawRows()
  const [tops, gutters] = stack()

  function findStarts(): number[] {
    const known =
      kept && layers.map((ids) => ids.map((id) => kept.rows.get(id)).find((row) => row !== undefined) ?? null)
    const sizes = layers.map((ids) => ({
      length: Math.max(...ids.map((id) => byId.get(id)!.length)),
      breadth: ids.reduce((sum, id) => sum + byId.get(id)!.breadth + room.beside, -room.beside)
    }))
    const fresh = (first: number, behind: number): number[] =>
      rowStarts(sizes.slice(first, behind), crossings().slice(first, behind), width - ENDS, room.between, GUTTER).map(
        (start) => start + first
      )
    if (!known?.some((row) => row !== null)) return fresh(0, layers.length)
    const before = keptStarts(known)
    return before.flatMap((start, index) => {
      const behind = before[index + 1] ?? layers.length
      const length = sizes.slice(start, behind).reduce((sum, size) => sum + size.length + room.between, -room.between)
      return length > width * TOLERANCE ? fresh(start, behind) : [start]
    })
  }

  function crossings(): Crossing[] {
    const last = new Map<string, { from: number; to: number }>()
    const found = layers.map(() => ({ values: 0, connections: 0 }))
    for (const link of links) {
      const [from, to] = span(link)
      for (let at = Math.max(0, from); at < to && at < layers.length; at++) found[at]!.connections += 1
      const known = last.get(link.value)
      last.set(link.value, { from, to: Math.max(to, known?.to ?? 0) })
    }
    for (const { from, to } of last.values()) {
      for (let at = Math.max(0, from); at < to && at < layers.length; at++) found[at]!.values += 1
    }
    return found
  }

  function drawRows(): Row[] {
    const found = starts.map((start, index) => ({
      layers: layers.slice(start, starts[index + 1]).map((ids) => ids.map((id) => byId.get(id)!)),
      links: new Map<string, Link>()
    }))
    for (const link of links) {
      const [first, last] = rowsOf(link)
      for (let row = first; row <= last; row++) {
        const part = partOf(link, row)
        found[row]!.links.set(linkKey(part), part)
      }
    }
    return found.map((row) => {
      const own = [...row.links.values()]
      // What enters on the way of what left the row before comes first.
      const ends = (name: 'source' | 'target', end: string): Item[] =>
        [...new Set(own.filter((link) => link[name].startsWith(end)).map((link) => link[name]))].map(lineEnd)
      return drawRow(
        [ends('source', ENTRY), ...row.layers, ends('target', EXIT)],
        own,
        room,
        kept?.joins ?? new Map(),
        rank
      )
    })
  }

  /** From which row to which a connection goes. */
  function rowsOf(link: Link): [number, number] {
    const [from, to] = span(link)
    return [from < 0 ? 0 : rowOf(from), to >= layers.length ? starts.length - 1 : rowOf(to)]
  }
  /** What of a connection lies in a row. */
  function partOf(link: Link, row: number): Link {
    const [first, last] = rowsOf(link)
    const source = row > first || link.source === OUTSIDE ? ENTRY + link.value : link.source
    const leaves = row < last || link.target === OUTSIDE
    return { ...link, source, target: leaves ? EXIT + link.value : link.target, port: leaves ? 0 : link.port }
  }

  /** Where rows begin, and for what goes on behind each of them in which order. */
  function stack(): [number[], string[][]] {
    const tops: number[] = []
    const gutters: string[][] = []
    let top = 0
    for (const [index, row] of rows.entries()) {
      tops.push(top)
      const going = new Set(
        links.filter((link) => rowsOf(link)[0] <= index && rowsOf(link)[1] > index).map(({ value }) => value)
      )
      const order = [...going].sort((a, b) => row.places.get(EXIT + a)!.beside - row.places.get(EXIT + b)!.beside)
      gutters.push(order)
      top += row.before + row.behind + GUTTER + TRACK * Math.max(0, order.length - 1)
    }
    return [tops, gutters]
  }

  const margin = Math.max(0, ...gutters.map((values) => (values.length > 0 ? 2 + TRACK * values.length : 0)))
  const moved = (row: number, { along, beside }: Spot): Spot => ({
    along: along + margin,
    beside: beside + tops[row]! + rows[row]!.before
  })
  const places = new Map<string, Spot>()
  const slots: Frame['slots'] = []
  for (const [index, row] of rows.entries()) {
    for (const [id, place] of row.places) if (byId.has(id)) places.set(id, moved(index, place))
    for (const [at, { from, to }] of row.columns.entries()) {
      const [id] = layers[starts[index]! + at - 1] ?? []
      if (at === 0 || at === row.columns.length - 1 || id === undefined) continue
      slots.push({
        id,
        row: index,
        from: moved(index, { along: from, beside: -row.before }),
        to: moved(index, { along: to, beside: row.behind })
      })
    }
  }

  /** From the end of a row to the beginning of the next: those that lie outside turn outside. */
  function between(value: string, row: number): Spot[] {
    const order = gutters[row]!
    const place = order.length - 1 - order.indexOf(value)
    const inner = order.indexOf(value)
    const start = moved(row, rows[row]!.places.get(EXIT + value)!)
    const end = moved(row + 1, rows[row + 1]!.places.get(ENTRY + value)!)
    const right = start.along + 6 + TRACK * place
    const left = end.along - 6 - TRACK * inner
    const { before, behind } = rows[row]!
    const gutter = tops[row]! + before + behind + BELOW + TRACK * place
    return [
      start,
      { ...start, along: right },
      { along: right, beside: gutter },
      { along: left, beside: gutter },
      { ...end, along: left },
      end
    ]
  }

  function way(link: Link): Spot[] {
    const [first, last] = rowsOf(link)
    const spots: Spot[] = []
    for (let row = first; row <= last; row++) {
      const part = rows[row]!.ways.get(linkKey(partOf(link, row)))
      // A connection that goes back has no way.
      if (!part) return []
      spots.push(...part.map((spot) => moved(row, spot)))
      if (row < last) spots.push(...between(link.value, row))
    }
    return spots
  }

  const end = (row: number, id: string): number => {
    const place = rows[row]?.places.get(id)
    return place ? moved(row, place).beside : 0
  }
  return {
    length: margin * 2 + Math.max(0, ...rows.map(({ length }) => length)),
    breadth: (tops.at(-1) ?? 0) + (rows.at(-1) ? rows.at(-1)!.before + rows.at(-1)!.behind : 0),
    rows: rows.length,
    places,
    slots,
    way,
    enters: (value) => end(0, ENTRY + value),
    leaves: (value) => end(rows.length - 1, EXIT + value),
    kept: {
      rows: new Map(layers.flatMap((ids, index) => ids.map((id) => [id, rowOf(index)] as const))),
      joins: new Map(rows.flatMap(({ joins }) => [...joins]).filter(([id]) => byId.has(id)))
    }
  }
}

/** Before the name of a value: where its line enters, or leaves, a row. No name of a node has brackets like these. */
const ENTRY = '>'
const EXIT = '<'
const lineEnd = (id: string): Item => ({ id, length: 0, breadth: 0, enters: () => 0, leaves: () => 0 })
