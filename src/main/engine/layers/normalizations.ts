import type { AttributesOf } from '../../../shared/architecture/layers'
import { constant } from '../graph/ops/arithmetic'
import { affine, mean, multiply, plus, power, reciprocalRoot } from '../graph/ops/broadcast'
import { matMul } from '../graph/ops/matrix'
import { batchNorm, localResponseNorm as acrossChannels } from '../graph/ops/normalization'
import { reshape } from '../graph/ops/shape'
import { moveTowards } from '../graph/ops/variable'
import type { LayerEmitter } from './context'

/** A training step also moves the running statistics towards the batch's. */
export const batchNorm2d: LayerEmitter<AttributesOf<'BatchNorm2d'>> = (context, attributes, [x]) => {
  const { graph, mode, parameter, variable, update, outputShape } = context
  const { eps, momentum } = attributes
  const fixed = (value: number) => constant(graph, new Array<number>(outputShape[0]!).fill(value))
  const scale = attributes.affine ? parameter('weight') : fixed(1)
  const offset = attributes.affine ? parameter('bias') : fixed(0)
  const running = { mean: parameter('running_mean'), variance: parameter('running_var') }
  const {
    y,
    mean: batchMean,
    variance
  } = batchNorm(graph, x!, scale, offset, eps, mode === 'evaluate' ? running : null)
  if (mode === 'train') {
    update((after) => moveTowards(graph, variable('running_mean'), running.mean, batchMean, momentum, after))
    update((after) => moveTowards(graph, variable('running_var'), running.variance, variance, momentum, after))
  }
  return y
}

export const groupNorm: LayerEmitter<AttributesOf<'GroupNorm'>> = (context, attributes, [x]) => {
  const { graph, parameter, outputShape } = context
  const [channels, height, width] = outputShape as [number, number, number]
  const { num_groups: groups, eps } = attributes
  const axes = [1, 2, 4]
  const grouped = reshape(graph, x!, [null, height, width, groups, channels / groups])
  const centered = plus(graph, grouped, affine(graph, mean(graph, grouped, axes), -1))
  const variance = mean(graph, multiply(graph, centered, centered), axes)
  const normal = reshape(graph, multiply(graph, centered, reciprocalRoot(graph, variance, eps)), x!.shape)
  if (!attributes.affine) return normal
  return plus(graph, multiply(graph, normal, parameter('weight')), parameter('bias'))
}

export const localResponseNorm: LayerEmitter<AttributesOf<'LocalResponseNorm'>> = ({ graph }, attributes, [x]) => {
  const { size, alpha, beta, k } = attributes
  if (size % 2 === 0) {
    // TensorFlow's op knows windows with a middle only: here a band matrix sums the squares.
    const channels = x!.shape[3]!
    const before = size / 2
    const band = Float64Array.from({ length: channels * channels }, (_, place) => {
      const distance = Math.floor(place / channels) - (place % channels)
      return distance >= -before && distance < size - before ? alpha / size : 0
    })
    const squares = reshape(graph, multiply(graph, x!, x!), [null, channels])
    const sums = matMul(graph, squares, constant(graph, band, 'float32', [channels, channels]))
    const divisor = affine(graph, reshape(graph, sums, x!.shape), 1, k)
    return multiply(graph, x!, power(graph, divisor, -beta))
  }
  return acrossChannels(graph, x!, { radius: (size - 1) / 2, bias: k, alpha: alpha / size, beta })
}
