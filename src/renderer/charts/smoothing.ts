export interface Point {
  x: number
  y: number
}

/**
 * Debiased exponential moving average (Kingma and Ba 2015, section 3): `weight` of the past, 0 for none.
 * Points without a finite value are left out.
 */
export function smooth(points: readonly Point[], weight: number): Point[] {
  let mean = 0
  let count = 0
  return points
    .filter(({ y }) => Number.isFinite(y))
    .map(({ x, y }) => {
      mean = weight * mean + (1 - weight) * y
      count += 1
      return { x, y: mean / (1 - weight ** count) }
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
