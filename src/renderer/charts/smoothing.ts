/**
 * Debiased exponential moving average (Kingma and Ba 2015, section 3): `weight` of the past, 0 for none. A value that stands
 * for `sizes` of them weighs as those would, so that a curve looks the same in whatever groups it was read.
 */
export function smooth(values: Float64Array, weight: number, sizes?: ArrayLike<number>): Float64Array {
  let mean = 0
  let rest = 1
  return values.map((value, index) => {
    const past = weight ** (sizes?.[index] ?? 1)
    mean = past * mean + (1 - past) * value
    rest *= past
    return mean / (1 - rest)
  })
}
