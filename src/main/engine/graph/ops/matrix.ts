import type { Graph, Tensor } from '../graph'

/** Matrix product, each factor transposed on request. Not differentiable: for gradients written out. */
export function product(graph: Graph, a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  return graph.emit(
    'MatMul',
    [a, b],
    { T: { type: a.dtype }, transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } },
    [{ dtype: a.dtype, shape: [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!] }]
  )[0]!
}

/** Matrix product of matrices of one floating type, each transposed on request; differentiable in both. */
export function matMul(graph: Graph, a: Tensor, b: Tensor, transpose: { a?: boolean; b?: boolean } = {}): Tensor {
  const ta = transpose.a ?? false
  const tb = transpose.b ?? false
  return graph.differentiable(product(graph, a, b, ta, tb), [a, b], (gradient, [needsA, needsB]) => [
    needsA ? (ta ? product(graph, b, gradient, tb, true) : product(graph, gradient, b, false, !tb)) : null,
    needsB ? (tb ? product(graph, gradient, a, true, ta) : product(graph, a, gradient, !ta, false)) : null
  ])
}
