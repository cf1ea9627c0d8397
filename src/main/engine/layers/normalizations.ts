import type { AttributesOf } from '../../../shared/architecture/layers'
import { constant } from '../graph/ops/arithmetic'
import { affine, mean, meanOver, multiply, plus, power, reciprocalRoot } from '../graph/ops/broadcast'
import { matMul } from '../graph/ops/matrix'
import { batchNorm, localResponseNorm as acrossChannels, standardize } from '../graph/ops/normalization'
import { reshape, reshaped } from '../graph/ops/shape'
import { moveTowards } from '../graph/ops/variable'
import type { Tensor } from '../graph/graph'
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

/**
 * Each picture's channels by themselves. With running statistics a training step moves them towards the means over the
 * batch of each picture's mean and unbiased variance, and evaluation uses them as BatchNorm2d does.
 */
export const instanceNorm2d: LayerEmitter<AttributesOf<'InstanceNorm2d'>> = (context, attributes, [x]) => {
  const { graph, mode, parameter, variable, update, outputShape } = context
  const { eps, momentum, affine: trained, track_running_stats: tracks } = attributes
  const [channels, height, width] = outputShape as [number, number, number]
  if (tracks && mode === 'evaluate') {
    const fixed = (value: number) => constant(graph, new Array<number>(channels).fill(value))
    const running = { mean: parameter('running_mean'), variance: parameter('running_var') }
    const [scale, offset] = trained ? [parameter('weight'), parameter('bias')] : [fixed(1), fixed(0)]
    return batchNorm(graph, x!, scale, offset, eps, running).y
  }
  const { y, mean: means, variance } = standardize(graph, x!, [1, 2], eps)
  if (tracks) {
    const count = height * width
    const overPictures = (value: Tensor) => reshaped(graph, meanOver(graph, value, [0]), [channels])
    const unbiased = affine(graph, overPictures(variance), count / (count - 1))
    const move = (name: string, value: Tensor) => {
      const running = parameter(name)
      update((after) => moveTowards(graph, variable(name), running, value, momentum, after))
    }
    move('running_mean', overPictures(means))
    move('running_var', unbiased)
  }
  return trained ? plus(graph, multiply(graph, y, parameter('weight')), parameter('bias')) : y
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
