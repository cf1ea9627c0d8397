/** A line's points in columns, x ascending, all values finite. */
export interface Trace {
  readonly x: Float64Array
  readonly y: Float64Array
  /** Where a point stands for many values: the smallest and the largest of them. */
  readonly low?: Float64Array
  readonly high?: Float64Array
}

export interface Point {
  x: number
  y: number
}

/** A part of an axis, ends included. */
export interface Range {
  from: number
  to: number
}

/** A trace of points in any order; those without a finite place or value are left out. */
export function traceOf(points: readonly Point[]): Trace {
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  if (finite.some(({ x }, index) => index > 0 && x < finite[index - 1]!.x)) finite.sort((a, b) => a.x - b.x)
  return { x: Float64Array.from(finite, ({ x }) => x), y: Float64Array.from(finite, ({ y }) => y) }
}

/** The first place of which x is not below `value`. */
export function placeOf(x: Float64Array, value: number): number {
  let low = 0
  let high = x.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (x[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Points from `start` up to but not with `end` that stand in a range; all where there is none. */
export function inside({ x }: Trace, range: Range | null): { start: number; end: number } {
  if (!range) return { start: 0, end: x.length }
  const start = placeOf(x, range.from)
  let end = placeOf(x, range.to)
  while (end < x.length && x[end]! <= range.to) end += 1
  return { start, end }
}

/** Likewise with one more at each side, so that a line runs to the edges of the plot. */
function withNeighbours(trace: Trace, range: Range | null): { start: number; end: number } {
  const { start, end } = inside(trace, range)
  return { start: Math.max(0, start - 1), end: Math.min(trace.x.length, end + 1) }
}

/** Calls `use` with each group of points that fall into the same of `cells` equal parts of the range drawn. */
function eachCell(
  { x }: Trace,
  { start, end }: { start: number; end: number },
  cells: number,
  use: (from: number, to: number) => void
): void {
  const width = (x[end - 1]! - x[start]!) / cells || 1
  let from = start
  while (from < end) {
    const edge = x[start]! + (Math.floor((x[from]! - x[start]!) / width) + 1) * width
    let to = from + 1
    while (to < end && x[to]! < edge) to += 1
    use(from, to)
    from = to
  }
}

/**
 * The points of a smooth line within a range, about `cells` at most: means of the points that share a cell, which keep its
 * level where picking points would not. The ends stay as they are.
 */
export function thinned(trace: Trace, range: Range | null, cells: number): Point[] {
  const { x, y } = trace
  const part = withNeighbours(trace, range)
  const { start, end } = part
  if (end - start <= cells) return points(trace, part)
  const result: Point[] = [{ x: x[start]!, y: y[start]! }]
  eachCell(trace, { start: start + 1, end: end - 1 }, cells, (from, to) => {
    let sumX = 0
    let sumY = 0
    for (let place = from; place < to; place++) {
      sumX += x[place]!
      sumY += y[place]!
    }
    result.push({ x: sumX / (to - from), y: sumY / (to - from) })
  })
  result.push({ x: x[end - 1]!, y: y[end - 1]! })
  return result
}

/** The points of a restless line within a range: of each cell the smallest and the largest value, so that no peak is lost. */
export function enveloped(trace: Trace, range: Range | null, cells: number): Point[] {
  const { x, y, low = y, high = y } = trace
  const part = withNeighbours(trace, range)
  if (part.end - part.start <= cells && low === y) return points(trace, part)
  const result: Point[] = []
  eachCell(trace, part, cells, (from, to) => {
    let least = Infinity
    let most = -Infinity
    for (let place = from; place < to; place++) {
      least = Math.min(least, low[place]!)
      most = Math.max(most, high[place]!)
    }
    const at = (x[from]! + x[to - 1]!) / 2
    // Up and down in turn: from one cell to the next the line need not cross the whole height.
    const [first, second] = result.length % 4 === 0 ? [least, most] : [most, least]
    result.push({ x: at, y: first }, { x: at, y: second })
  })
  return result
}

const points = ({ x, y }: Trace, { start, end }: { start: number; end: number }): Point[] =>
  Array.from({ length: end - start }, (_, index) => ({ x: x[start + index]!, y: y[start + index]! }))

/**
 * The point next to a place, or null where the line has none near it: beyond its ends by more than the distance of its own
 * points there, and by more than `tolerance`.
 */
export function nearest({ x }: Trace, place: number, tolerance: number): number | null {
  if (x.length === 0) return null
  const after = placeOf(x, place)
  const before = after - 1
  const index = after === x.length || (before >= 0 && place - x[before]! <= x[after]! - place) ? before : after
  const gap = x.length > 1 ? (index === 0 ? x[1]! - x[0]! : x[index]! - x[index - 1]!) : 0
  return Math.abs(x[index]! - place) <= Math.max(gap, tolerance) ? index : null
}
