import { drawFrame, OUTSIDE, type Frame, type Kept } from './frame'
import type { Link } from './branches'
import { linkKey, type Item, type Room, type Spot } from './row'

export interface Point {
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

/** Which way a drawing is read: from left to right, or from top to bottom. */
export type Direction = 'across' | 'down'

export interface Rect extends Point, Size {}

/** Where nodes stand (their upper left corners) and along which points their connections run. */
export interface Placement {
  direction: Direction
  places: ReadonlyMap<string, Point>
  routes: ReadonlyMap<string, readonly Point[]>
}

export interface Box {
  id: string
  /** Null of a group, which is as large as what it holds. */
  size: Size | null
  /** The group it stands in; null at the top. */
  parent: string | null
}

export interface Line {
  id: string
  source: string
  target: string
  /** Which input of the target. */
  port: number
}

/** Where a drawing is shown: which way it is to be read, and how large it may be to be seen whole at zoom 1. */
export interface Stage extends Size {
  direction: Direction
}

export interface Layout extends Placement {
  /** Of groups too. */
  sizes: ReadonlyMap<string, Size>
  /** What each layer takes of its row, in order, with a node of it on the main way. */
  slots: readonly { id: string; row: number; rect: Rect }[]
  extent: Size
  /** For how long rows it was made. */
  length: number
  /** Of each group and (null) the whole, for the next layout of the same drawing. */
  kept: ReadonlyMap<string | null, Kept>
}

/** Around what a group holds; before it stands its title. */
const GROUP_TITLE = 34
const GROUP_EDGE = 14
/** From one zoom that is tried to the next. */
const STEP = 0.95
const SMALLEST = 0.02

/**
 * Places boxes from left to right, or from top to bottom, in as many rows, or columns, as let all of it be seen as
 * large as can be. Of a drawing that was laid out before, as `former`, what stands keeps its row and its side,
 * whatever the stage is by now.
 * All places are of the whole drawing, also of what stands in a group.
 */
export function layOut(
  boxes: readonly Box[],
  lines: readonly Line[],
  room: Room,
  stage: Stage,
  former: Pick<Layout, 'kept' | 'length' | 'direction'> | null = null
): Layout {
  const across = (former?.direction ?? stage.direction) === 'across'
  const [along, beside] = across ? [stage.width, stage.height] : [stage.height, stage.width]
  const drawing = new Drawing(boxes, lines, room, across)
  if (former) return drawing.finish(former.length, former.kept)
  // No larger than where the boxes alone fill the stage.
  const area = boxes.reduce((total, { size }) => total + (size ? size.width * size.height : 0), 0)
  let zoom = Math.min(1, Math.sqrt((along * beside) / Math.max(1, area)))
  for (; zoom > SMALLEST; zoom *= STEP) {
    const { length, breadth } = drawing.arrange(along / zoom, null).get(null)!
    if (length * zoom <= along && breadth * zoom <= beside) break
  }
  return drawing.finish(along / zoom, null)
}

class Drawing {
  private readonly inside = new Map<string | null, Box[]>()
  private readonly parents: Map<string, string | null>
  private readonly links = new Map<string | null, Map<string, Link>>()
  /** Groups of one row, which are the same for all longer rows. */
  private readonly short = new Map<string | null, Frame>()
  /** Around what a group holds, along the way and beside it. */
  private readonly edge: { before: Spot; behind: Spot }

  constructor(
    boxes: readonly Box[],
    private readonly lines: readonly Line[],
    private readonly room: Room,
    private readonly across: boolean
  ) {
    for (const box of boxes) this.inside.set(box.parent, [...(this.inside.get(box.parent) ?? []), box])
    this.parents = new Map(boxes.map(({ id, parent }) => [id, parent]))
    const title = this.spot({ x: GROUP_EDGE, y: GROUP_TITLE })
    this.edge = { before: title, behind: { along: GROUP_EDGE, beside: GROUP_EDGE } }
    for (const line of lines) {
      for (const { frame, link } of this.parts(line)) {
        const known = this.links.get(frame) ?? new Map<string, Link>()
        this.links.set(frame, known.set(linkKey(link), link))
      }
    }
  }

  /** What of a connection lies in which group, from its source to its target. */
  private parts({ source, target, port }: Line): { frame: string | null; link: Link }[] {
    const [from, to] = [this.chain(source), this.chain(target)]
    while (from.length > 1 && to.length > 1 && from.at(-2) === to.at(-2)) {
      from.pop()
      to.pop()
    }
    const inner = (at: string): number => (at === target ? port : 0)
    const leaves = from.slice(1, -1).map((frame, index) => ({
      frame,
      link: { value: source, source: from[index]!, target: OUTSIDE, port: 0 }
    }))
    const [a, b] = [from.at(-2)!, to.at(-2)!]
    const enters = to.slice(1, -1).map((frame, index) => ({
      frame,
      link: { value: source, source: OUTSIDE, target: to[index]!, port: inner(to[index]!) }
    }))
    const shared = { frame: from.at(-1) ?? null, link: { value: source, source: a, target: b, port: inner(b) } }
    return [...leaves, shared, ...enters.reverse()] as { frame: string | null; link: Link }[]
  }

  /** A box, the group it stands in, and so on to the whole (null). */
  private chain(id: string): (string | null)[] {
    const chain: (string | null)[] = [id]
    for (let at: string | null = id; at !== null;) chain.push((at = this.parents.get(at) ?? null))
    return chain
  }

  /** Every group's frame, and (null) that of the whole, at a length of rows. */
  arrange(length: number, kept: ReadonlyMap<string | null, Kept> | null): Map<string | null, Frame> {
    const frames = new Map<string | null, Frame>()
    const { before, behind } = this.edge
    const draw = (parent: string | null, width: number): void => {
      const items = (this.inside.get(parent) ?? []).map(({ id, size }): Item => {
        if (size) {
          const { along, beside } = this.spot({ x: size.width, y: size.height })
          return { id, length: along, breadth: beside, enters: () => beside / 2, leaves: () => beside / 2 }
        }
        draw(id, width - before.along - behind.along)
        const frame = frames.get(id)!
        return {
          id,
          length: frame.length + before.along + behind.along,
          breadth: frame.breadth + before.beside + behind.beside,
          enters: (value) => frame.enters(value) + before.beside,
          leaves: (value) => frame.leaves(value) + before.beside
        }
      })
      const known = this.short.get(parent)
      if (known && known.length <= width) {
        frames.set(parent, known)
        return
      }
      const links = [...(this.links.get(parent)?.values() ?? [])]
      const frame = drawFrame(items, links, width, this.room, kept?.get(parent) ?? null)
      frames.set(parent, frame)
      const groups = items.filter(({ id }) => this.inside.has(id))
      if (frame.rows === 1 && groups.every(({ id }) => this.short.has(id))) this.short.set(parent, frame)
    }
    draw(null, length)
    return frames
  }

  finish(length: number, kept: ReadonlyMap<string | null, Kept> | null): Layout {
    const frames = this.arrange(length, kept)
    const places = new Map<string, Point>()
    const sizes = new Map<string, Size>()
    const origins = new Map<string | null, Spot>([[null, { along: 0, beside: 0 }]])
    const { before, behind } = this.edge
    const gather = (parent: string | null): void => {
      const frame = frames.get(parent)!
      const origin = origins.get(parent)!
      for (const { id, size } of this.inside.get(parent) ?? []) {
        const spot = sum(origin, frame.places.get(id)!)
        places.set(id, this.point(spot))
        if (size) sizes.set(id, size)
        else {
          const inner = frames.get(id)!
          const { x, y } = this.point({
            along: inner.length + before.along + behind.along,
            beside: inner.breadth + before.beside + behind.beside
          })
          sizes.set(id, { width: x, height: y })
          origins.set(id, sum(spot, before))
          gather(id)
        }
      }
    }
    gather(null)
    const routes = new Map<string, Point[]>()
    for (const line of this.lines) {
      const parts = this.parts(line).map(({ frame, link }) => {
        const way = frames.get(frame)!.way(link)
        return way.map((spot) => this.point(sum(origins.get(frame)!, spot)))
      })
      if (parts.every((part) => part.length > 0)) routes.set(line.id, straightened(parts.flat()))
    }
    const slots = frames.get(null)!.slots.map(({ id, row, from, to }) => {
      const [{ x, y }, end] = [this.point(from), this.point(to)]
      return { id, row, rect: { x, y, width: end.x - x, height: end.y - y } }
    })
    return {
      direction: this.across ? 'across' : 'down',
      places,
      routes,
      sizes,
      slots,
      extent: this.size(frames.get(null)!),
      length,
      kept: new Map([...frames].map(([id, frame]) => [id, frame.kept]))
    }
  }

  private size({ length, breadth }: Frame): Size {
    const { x, y } = this.point({ along: length, beside: breadth })
    return { width: x, height: y }
  }

  private point({ along, beside }: Spot): Point {
    return this.across ? { x: along, y: beside } : { x: beside, y: along }
  }

  private spot({ x, y }: Point): Spot {
    return this.across ? { along: x, beside: y } : { along: y, beside: x }
  }
}

const sum = (a: Spot, b: Spot): Spot => ({ along: a.along + b.along, beside: a.beside + b.beside })

/** Without points between two others on one line. */
function straightened(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (const point of points) {
    const [before, last] = [kept.at(-2), kept.at(-1)]
    if (last && Math.abs(last.x - point.x) < 0.5 && Math.abs(last.y - point.y) < 0.5) continue
    const level = (key: 'x' | 'y'): boolean =>
      before !== undefined && Math.abs(before[key] - last![key]) < 0.5 && Math.abs(last![key] - point[key]) < 0.5
    if (level('x') || level('y')) kept.pop()
    kept.push(point)
  }
  return kept
}
