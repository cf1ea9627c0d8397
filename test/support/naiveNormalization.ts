import type { Expected } from './kernelScan'

/** NHWC, and which values share a mean: `slot` numbers them by picture, channel. */
interface Normalization {
  channels: number
  eps: number
  /** How many means there are, and to which a place belongs. */
  slots: number
  slotOf: (place: number) => number
}

/** A mean and a factor that something was normalised with, of each slot. */
interface Moments {
  mean: Float64Array
  variance: Float64Array
}

/** Mean and biased variance of each slot. */
export function momentsOf({ slots, slotOf }: Normalization, x: Float32Array): Moments & { count: Float64Array } {
  const [count, mean, variance] = [new Float64Array(slots), new Float64Array(slots), new Float64Array(slots)]
  for (let place = 0; place < x.length; place++) {
    count[slotOf(place)]! += 1
    mean[slotOf(place)]! += x[place]!
  }
  for (let slot = 0; slot < slots; slot++) mean[slot]! /= count[slot]!
  for (let place = 0; place < x.length; place++) variance[slotOf(place)]! += (x[place]! - mean[slotOf(place)]!) ** 2
  for (let slot = 0; slot < slots; slot++) variance[slot]! /= count[slot]!
  return { count, mean, variance }
}

/**
 * `(x - mean) / sqrt(variance + eps) * scale + offset` with scale and offset a channel, and the gradients of
 * `sum(y * slope)`, in float64, each with the size of what it is a difference of: rounding of the mean alone counts
 * relative to that. `fixed` are moments that do not depend on x (evaluation).
 */
export function naiveNormalization(
  rule: Normalization,
  { x, scale, offset }: Record<'x' | 'scale' | 'offset', Float32Array>,
  slope: Float32Array,
  fixed?: Moments
): Record<'y' | 'dx' | 'dscale' | 'doffset', Expected> {
  const { channels, eps, slots, slotOf } = rule
  const { count, ...own } = momentsOf(rule, x)
  const { mean, variance } = fixed ?? own
  const result = (length: number): Required<Expected> => ({
    values: new Float64Array(length),
    scales: new Float64Array(length)
  })
  const put = ({ values, scales }: Required<Expected>, at: number, value: number, size: number): void => {
    values[at]! += value
    scales[at]! += size
  }
  const [y, dx] = [result(x.length), result(x.length)]
  const [dscale, doffset] = [result(channels), result(channels)]
  // Of each slot: the mean slope, that times what was normalised, and the sizes of both.
  const [first, second] = [result(slots), result(slots)]
  const factor = variance.map((value) => 1 / Math.sqrt(value + eps))
  const normal = (place: number, slot: number): [number, number] => [
    (x[place]! - mean[slot]!) * factor[slot]!,
    (Math.abs(x[place]!) + Math.abs(mean[slot]!)) * factor[slot]!
  ]
  for (let place = 0; place < x.length; place++) {
    const [slot, channel] = [slotOf(place), place % channels]
    const [value, size] = normal(place, slot)
    const weight = scale[channel]!
    put(y, place, value * weight + offset[channel]!, size * Math.abs(weight) + Math.abs(offset[channel]!))
    put(dscale, channel, slope[place]! * value, Math.abs(slope[place]!) * size)
    put(doffset, channel, slope[place]!, Math.abs(slope[place]!))
    const inner = (slope[place]! * weight) / count[slot]!
    put(first, slot, inner, Math.abs(inner))
    put(second, slot, inner * value, Math.abs(inner) * size)
  }
  for (let place = 0; place < x.length; place++) {
    const slot = slotOf(place)
    const [value, size] = normal(place, slot)
    const weighted = slope[place]! * scale[place % channels]!
    const taken = fixed ? 0 : first.values[slot]! + value * second.values[slot]!
    const largest = fixed ? 0 : first.scales[slot]! + size * second.scales[slot]!
    put(dx, place, (weighted - taken) * factor[slot]!, (Math.abs(weighted) + largest) * factor[slot]!)
  }
  return { y, dx, dscale, doffset }
}

export interface ResponseCase {
  channels: number
  attributes: { size: number; alpha: number; beta: number; k: number }
}

/**
 * `x / (k + alpha / size * sum x^2)^beta` over `size` channels, of an even size one more before than behind, and the
 * gradient of `sum(y * slope)`, in float64. torch.nn.LocalResponseNorm.
 */
export function naiveResponse({ channels, attributes }: ResponseCase, x: Float32Array, slope: Float32Array) {
  const { size, alpha, beta, k } = attributes
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)]
  for (let start = 0; start < x.length; start += channels) {
    for (let c = 0; c < channels; c++) {
      const first = Math.max(0, c - Math.floor(size / 2))
      const end = Math.min(channels, c - Math.floor(size / 2) + size)
      let divisor = k
      for (let other = first; other < end; other++) divisor += (alpha / size) * x[start + other]! ** 2
      const own = slope[start + c]!
      y[start + c] = x[start + c]! * divisor ** -beta
      dx[start + c]! += own * divisor ** -beta
      const shared = own * x[start + c]! * -beta * divisor ** (-beta - 1)
      for (let other = first; other < end; other++)
        dx[start + other]! += shared * ((2 * alpha) / size) * x[start + other]!
    }
  }
  return { y, dx }
}
