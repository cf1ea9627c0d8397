export interface Point {
  x: number
  y: number
}

/** A point that stands for so many values, of which it is the mean. */
export interface Group extends Point {
  size?: number
}

/**
 * Debiased exponential moving average (Kingma and Ba 2015, section 3): `weight` of the past, 0 for none.
 * A group weighs as its values would, so that a curve looks the same in whatever groups it was read.
 * Points without a finite value are left out.
 */
export function smooth(points: readonly Group[], weight: number): Point[] {
  let mean = 0
  let rest = 1
  return points
    .filter(({ y }) => Number.isFinite(y))
    .map(({ x, y, size = 1 }) => {
      const past = weight ** size
      mean = past * mean + (1 - past) * y
      rest *= past
      return { x, y: mean / (1 - rest) }
    })
}

/**
 * At most `limit` points: means of equal groups, which keeps a curve's level where picking points would
 * not; the first and the last point stay as they are.
 */
export function thin(points: readonly Point[], limit: number): Point[] {
  if (points.length <= limit) return [...points]
  const size = Math.ceil((points.length - 2) / (limit - 2))
  const result = [points[0]!]
  for (let start = 1; start < points.length - 1; start += size) {
    const group = points.slice(start, Math.min(start + size, points.length - 1))
    const mean = (pick: (point: Point) => number): number =>
      group.reduce((sum, point) => sum + pick(point), 0) / group.length
    result.push({ x: mean(({ x }) => x), y: mean(({ y }) => y) })
  }
  result.push(points.at(-1)!)
  return result
}
