import type { Graph, Tensor } from '../graph'
import { binary, cast, constant, reduceAll } from './arithmetic'
import { shapeOf } from './shape'

/** A second set of labels for the same pictures, and the share of the first: what mixup does to targets. */
export interface Mixture {
  /** int32 [batch]. */
  labels: Tensor
  /** float32 scalar, 0 to 1. */
  share: Tensor
}

/**
 * Cross-entropy of float32 `logits` [batch, classes] with int32 `labels` [batch], one value a
 * picture, and its mean; the mean is differentiable in the logits. With `smoothing` that share of the
 * target is spread evenly over all classes; with `mixture` the target is a mean of two.
 * torch.nn.CrossEntropyLoss.
 */
export function crossEntropy(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
  { smoothing = 0, mixture = null }: { smoothing?: number; mixture?: Mixture | null } = {}
): { each: Tensor; mean: Tensor } {
  const T = { type: 'float32' as const }
  const outputs = [{ dtype: 'float32' as const, shape: [logits.shape[0]!] }, logits]
  const [each, backprop] = (
    smoothing === 0 && !mixture
      ? graph.emit('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], { T, Tlabels: { type: 'int32' } }, outputs)
      : graph.emit(
          'SoftmaxCrossEntropyWithLogits',
          [logits, target(graph, labels, logits.shape[1]!, smoothing, mixture)],
          { T },
          outputs
        )
  ) as [Tensor, Tensor]
  const mean = reduceAll(graph, 'Mean', each)
  graph.differentiable(mean, [logits], (gradient) => {
    const batch = cast(graph, reduceAll(graph, 'Sum', shapeOf(graph, labels)), 'float32')
    return [binary(graph, 'Mul', backprop, binary(graph, 'RealDiv', gradient, batch))]
  })
  return { each, mean }
}

/** Probabilities [batch, classes] to learn. */
function target(graph: Graph, labels: Tensor, classes: number, smoothing: number, mixture: Mixture | null): Tensor {
  const rest = smoothing / classes
  const smoothed = (of: Tensor): Tensor =>
    graph.emit(
      'OneHot',
      [of, constant(graph, classes, 'int32'), constant(graph, 1 - smoothing + rest), constant(graph, rest)],
      { T: { type: 'float32' }, TI: { type: 'int32' }, axis: { int: -1 } },
      [{ dtype: 'float32', shape: [labels.shape[0]!, classes] }]
    )[0]!
  if (!mixture) return smoothed(labels)
  const share = (of: Tensor, part: Tensor): Tensor => binary(graph, 'Mul', smoothed(of), part)
  const other = binary(graph, 'Sub', constant(graph, 1), mixture.share)
  return binary(graph, 'AddV2', share(labels, mixture.share), share(mixture.labels, other))
}

/** Index of the largest of each row of [batch, classes], int32 [batch]. */
export function argMax(graph: Graph, x: Tensor): Tensor {
  const attributes = {
    T: { type: x.dtype },
    Tidx: { type: 'int32' as const },
    output_type: { type: 'int32' as const }
  }
  return graph.emit('ArgMax', [x, constant(graph, 1, 'int32')], attributes, [
    { dtype: 'int32', shape: [x.shape[0]!] }
  ])[0]!
}

/**
 * Indices of the `count` largest of each row of [rows, columns], descending and of equals the lower index first, int32
 * [rows, count]. torch.topk.
 */
export function topClasses(graph: Graph, x: Tensor, count: number): Tensor {
  const shape = [x.shape[0]!, count]
  return graph.emit('TopKV2', [x, constant(graph, count, 'int32')], { T: { type: x.dtype }, sorted: { bool: true } }, [
    { dtype: x.dtype, shape },
    { dtype: 'int32', shape }
  ])[1]!
}

/** Softmax of each row of [batch, classes]. Not differentiable: for predictions. */
export function softmax(graph: Graph, logits: Tensor): Tensor {
  return graph.emit('Softmax', [logits], { T: { type: 'float32' } }, [logits])[0]!
}

/** How many of two int32 vectors' entries agree, as a float32 scalar. */
export function countEqual(graph: Graph, a: Tensor, b: Tensor): Tensor {
  const equal = graph.emit('Equal', [a, b], { T: { type: a.dtype } }, [{ dtype: 'bool', shape: a.shape }])[0]!
  return reduceAll(graph, 'Sum', cast(graph, equal, 'float32'))
}
