import type { Graph, Tensor } from '../graph'

/** Matrix product of matrices of one floating type, each transposed on request; differentiable in both. */
export function matMul(graph: Graph, a: Tensor, b: Tensor, transpose: { a?: boolean; b?: boolean } = {}): Tensor {
  const ta = transpose.a ?? false
  const tb = transpose.b ?? false
  const y = graph.emit(
    'MatMul',
    [a, b],
    { T: { type: a.dtype }, transpose_a: { bool: ta }, transpose_b: { bool: tb } },
    [{ dtype: a.dtype, shape: [a.shape[ta ? 1 : 0]!, b.shape[tb ? 0 : 1]!] }]
  )[0]!
  return graph.differentiable(y, [a, b], (gradient, [needsA, needsB]) => [
    needsA ? (ta ? product(b, gradient, tb, true) : product(gradient, b, false, !tb)) : null,
    needsB ? (tb ? product(gradient, a, true, ta) : product(a, gradient, !ta, false)) : null
  ])

  function product(left: Tensor, right: Tensor, transposeLeft: boolean, transposeRight: boolean): Tensor {
    return matMul(graph, left, right, { a: transposeLeft, b: transposeRight })
  }
}
