import type { Graph, Tensor } from '../graph'
import { binary, constant } from './arithmetic'
import { sizes } from './shape'

const int32 = { type: 'int32' as const }

/** `gradient` summed over the axes along which `target` was broadcast. Not differentiable. */
export function reduceTo(graph: Graph, gradient: Tensor, target: Tensor): Tensor {
  const missing = gradient.shape.length - target.shape.length
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || (target.shape[axis - missing] === 1 && gradient.shape[axis] !== 1))
  if (axes.length === 0) return gradient
  const T = { type: gradient.dtype }
  const sum = graph.emit(
    'Sum',
    [gradient, constant(graph, axes, 'int32')],
    { T, Tidx: int32, keep_dims: { bool: true } },
    [{ dtype: gradient.dtype, shape: gradient.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) }]
  )[0]!
  return graph.emit('Reshape', [sum, sizes(graph, target)], { T, Tshape: int32 }, [target])[0]!
}

/** Element-wise product; `b` may be broadcast to `a`; differentiable in both. */
export function multiply(graph: Graph, a: Tensor, b: Tensor): Tensor {
  return graph.differentiable(binary(graph, 'Mul', a, b), [a, b], (gradient, [needsA, needsB]) => [
    needsA ? binary(graph, 'Mul', gradient, b) : null,
    needsB ? reduceTo(graph, binary(graph, 'Mul', gradient, a), b) : null
  ])
}

/** Element-wise sum; `b` may be broadcast to `a`; differentiable in both. */
export function plus(graph: Graph, a: Tensor, b: Tensor): Tensor {
  return graph.differentiable(binary(graph, 'AddV2', a, b), [a, b], (gradient, [, needsB]) => [
    gradient,
    needsB ? reduceTo(graph, gradient, b) : null
  ])
}

/** Every value times a fixed factor, plus a fixed term; differentiable. */
export function affine(graph: Graph, x: Tensor, factor: number, term = 0): Tensor {
  const scaled = factor === 1 ? x : multiply(graph, x, constant(graph, factor))
  return term === 0 ? scaled : plus(graph, scaled, constant(graph, term))
}

/** Mean over `axes`, which stay as ones. Not differentiable: for gradients written out. */
export function meanOver(graph: Graph, x: Tensor, axes: readonly number[]): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const attributes = { T: { type: x.dtype }, Tidx: int32, keep_dims: { bool: true } }
  return graph.emit('Mean', [x, constant(graph, axes, 'int32')], attributes, [{ dtype: x.dtype, shape }])[0]!
}

/** Mean over `axes`, which stay as ones and whose sizes are known; differentiable. */
export function mean(graph: Graph, x: Tensor, axes: readonly number[]): Tensor {
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1)
  const T = { type: x.dtype }
  return graph.differentiable(meanOver(graph, x, axes), [x], (gradient) => {
    const zeros = graph.emit('ZerosLike', [x], { T }, [x])[0]!
    return [binary(graph, 'AddV2', zeros, binary(graph, 'Mul', gradient, constant(graph, 1 / count)))]
  })
}

/** `1 / sqrt(x + epsilon)`; differentiable. */
export function reciprocalRoot(graph: Graph, x: Tensor, epsilon: number): Tensor {
  const T = { type: x.dtype }
  const y = graph.emit('Rsqrt', [binary(graph, 'AddV2', x, constant(graph, epsilon))], { T }, [x])[0]!
  return graph.differentiable(y, [x], (gradient) => graph.emit('RsqrtGrad', [y, gradient], { T }, [x]))
}

/** `x^exponent` of positive values; differentiable. */
export function power(graph: Graph, x: Tensor, exponent: number): Tensor {
  const raised = (by: number): Tensor => binary(graph, 'Pow', x, constant(graph, by))
  return graph.differentiable(raised(exponent), [x], (gradient) => {
    const slope = binary(graph, 'Mul', raised(exponent - 1), constant(graph, exponent))
    return [binary(graph, 'Mul', gradient, slope)]
  })
}
