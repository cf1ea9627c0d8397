/**
 * One axis of Pillow's bilinear resize as a matrix [size, target] (float32, row-major): a row of
 * pixels times it is the resized row, before rounding. A triangle filter with half-pixel centres,
 * widened when shrinking, cut and renormalised at the edges (Pillow, Resample.c, precompute_coeffs).
 */
export function bilinearMatrix(size: number, target: number): Float32Array {
  const matrix = new Float32Array(size * target)
  const scale = size / target
  const support = Math.max(scale, 1)
  for (let column = 0; column < target; column++) {
    const center = (column + 0.5) * scale
    const first = Math.max(0, Math.trunc(center - support + 0.5))
    const end = Math.min(size, Math.trunc(center + support + 0.5))
    const weights: number[] = []
    for (let pixel = first; pixel < end; pixel++) {
      weights.push(Math.max(0, 1 - Math.abs((pixel - center + 0.5) / support)))
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    weights.forEach((weight, index) => {
      matrix[(first + index) * target + column] = weight / total
    })
  }
  return matrix
}
