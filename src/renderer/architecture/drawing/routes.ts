import type { Direction, Point } from './layout'
import { BETWEEN, NODE_HEIGHT, NODE_WIDTH } from './placement'

const RADIUS = 6
const LABEL_ROOM = 15

/** An SVG path through points with rounded corners, and a place for a label in the middle of a part. */
export function pathThrough(points: readonly Point[]): { path: string; label: Point } {
  const parts = [`M${points[0]!.x},${points[0]!.y}`]
  for (let index = 1; index < points.length - 1; index++) {
    const [before, at, after] = [points[index - 1]!, points[index]!, points[index + 1]!]
    const radius = Math.min(RADIUS, distance(before, at) / 2, distance(at, after) / 2)
    const [start, end] = [towards(at, before, radius), towards(at, after, radius)]
    parts.push(`L${start.x},${start.y}`, `Q${at.x},${at.y} ${end.x},${end.y}`)
  }
  const last = points[points.length - 1]!
  parts.push(`L${last.x},${last.y}`)
  const segments = points.slice(1).map((point, index) => ({ a: points[index]!, b: point }))
  // Connections run together across, but seldom down: there a label has its line for itself.
  const down = segments.filter(({ a, b }) => Math.abs(a.x - b.x) < 1 && distance(a, b) >= LABEL_ROOM)
  const { a, b } = (down.length > 0 ? down : segments).reduce((one, other) =>
    distance(other.a, other.b) > distance(one.a, one.b) ? other : one
  )
  return { path: parts.join(' '), label: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
const towards = (from: Point, to: Point, length: number): Point => {
  const whole = distance(from, to) || 1
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole }
}

const turned = ({ x, y }: Point): Point => ({ x: y, y: x })

/** A way from where one node is left to where another is entered that keeps clear of what stands in the same line. */
export function freeRoute(source: Point, target: Point, direction: Direction): Point[] {
  if (direction === 'down') return routeDown(source, target, NODE_WIDTH, NODE_HEIGHT)
  return routeDown(turned(source), turned(target), NODE_HEIGHT, NODE_WIDTH).map(turned)
}

function routeDown(source: Point, target: Point, width: number, height: number): Point[] {
  const gap = target.y - source.y
  const middle = BETWEEN / 2
  const sameColumn = Math.abs(source.x - target.x) < width / 2
  if (gap > 0 && sameColumn && gap < height + BETWEEN) {
    if (Math.abs(source.x - target.x) < 1) return [source, target]
    const y = source.y + gap / 2
    return [source, { x: source.x, y }, { x: target.x, y }, target]
  }
  if (gap > 0 && !sameColumn) {
    const y = target.y - middle
    return [source, { x: source.x, y }, { x: target.x, y }, target]
  }
  // Around the far side.
  const x = Math.max(source.x, target.x) + width / 2 + 28
  const [down, up] = [source.y + middle, target.y - middle]
  return [source, { x: source.x, y: down }, { x, y: down }, { x, y: up }, { x: target.x, y: up }, target]
}
