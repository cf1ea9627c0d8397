import { binary, constant, unary } from './arithmetic'
import { meanOver } from './broadcast'
import type { Attribute, Graph, Tensor } from '../graph'

interface BatchNormResult {
  y: Tensor
  /** Of the batch, one value a channel; the variance is the unbiased one. Undefined in evaluation mode. */
  mean: Tensor
  variance: Tensor
}

const attributesFor = (epsilon: number, training: boolean): Record<string, Attribute> => ({
  T: { type: 'float32' },
  U: { type: 'float32' },
  epsilon: { float: epsilon },
  data_format: { string: 'NHWC' },
  is_training: { bool: training }
})

/**
 * `x / (bias + alpha sum of squares)^beta` over `radius` channels on either side of NHWC float32;
 * differentiable. torch.nn.functional.local_response_norm with `alpha` times the size.
 */
export function localResponseNorm(
  graph: Graph,
  x: Tensor,
  { radius, bias, alpha, beta }: { radius: number; bias: number; alpha: number; beta: number }
): Tensor {
  const attributes: Record<string, Attribute> = {
    T: { type: 'float32' },
    depth_radius: { int: radius },
    bias: { float: bias },
    alpha: { float: alpha },
    beta: { float: beta }
  }
  const y = graph.emit('LRN', [x], attributes, [x])[0]!
  return graph.differentiable(y, [x], (gradient) => graph.emit('LRNGrad', [gradient, x, y], attributes, [x]))
}

/**
 * `(x - mean) / sqrt(variance + epsilon)` with the mean and the biased variance over `axes`, which both keep as ones;
 * y is differentiable in x. Only y and a factor are kept for the gradient, which is what it is where the means are
 * those of x itself: `factor (gradient - mean(gradient) - y mean(gradient y))`.
 */
export function standardize(
  graph: Graph,
  x: Tensor,
  axes: readonly number[],
  epsilon: number
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const mean = meanOver(graph, x, axes)
  const centered = binary(graph, 'Sub', x, mean)
  const variance = meanOver(graph, unary(graph, 'Square', centered), axes)
  const factor = unary(graph, 'Rsqrt', binary(graph, 'AddV2', variance, constant(graph, epsilon)))
  const y = binary(graph, 'Mul', centered, factor)
  graph.differentiable(y, [x], (gradient) => {
    const along = meanOver(graph, binary(graph, 'Mul', gradient, y), axes)
    const level = binary(graph, 'Sub', gradient, meanOver(graph, gradient, axes))
    return [binary(graph, 'Mul', binary(graph, 'Sub', level, binary(graph, 'Mul', y, along)), factor)]
  })
  return { y, mean, variance }
}

/**
 * Batch normalisation of NHWC float32 `x` over all but the channel; differentiable in x, scale and
 * offset. With `running` it uses those statistics (evaluation mode), else the batch's.
 * torch.nn.functional.batch_norm; op FusedBatchNormV3.
 */
export function batchNorm(
  graph: Graph,
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
  running: { mean: Tensor; variance: Tensor } | null
): BatchNormResult {
  const training = running === null
  const channel = { dtype: 'float32' as const, shape: scale.shape }
  const attributes = attributesFor(epsilon, training)
  const statistics = running ? [running.mean, running.variance] : [constant(graph, []), constant(graph, [])]
  const outputs = graph.emit(
    'FusedBatchNormV3',
    [x, scale, offset, ...statistics],
    { ...attributes, exponential_avg_factor: { float: 1 } },
    [x, channel, channel, channel, channel, channel]
  )
  const [y, mean, variance, reserve1, reserve2, reserve3] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  graph.differentiable(y, [x, scale, offset], (gradient) => {
    const saved = running ? [running.mean, running.variance] : [reserve1, reserve2]
    return graph
      .emit('FusedBatchNormGradV3', [gradient, x, scale, ...saved, reserve3], attributes, [
        x,
        channel,
        channel,
        { dtype: 'float32', shape: [0] },
        { dtype: 'float32', shape: [0] }
      ])
      .slice(0, 3)
  })
  return { y, mean, variance }
}
