import type { Graph, Tensor } from '../graph'
import { addN, binary, constant, unary } from './arithmetic'

/**
 * All gradients times `min(1, maxNorm / (norm + 1e-6))`, the norm being that of all of them together.
 * torch.nn.utils.clip_grad_norm_. Not differentiable.
 */
export function clipByGlobalNorm(graph: Graph, gradients: readonly Tensor[], maxNorm: number): Tensor[] {
  const T = { T: { type: 'float32' as const } }
  const halves = gradients.map((gradient) => graph.emit('L2Loss', [gradient], T, [{ dtype: 'float32', shape: [] }])[0]!)
  const half = halves.length === 1 ? halves[0]! : addN(graph, halves)
  const norm = unary(graph, 'Sqrt', binary(graph, 'Mul', half, constant(graph, 2)))
  const quotient = binary(
    graph,
    'RealDiv',
    constant(graph, maxNorm),
    binary(graph, 'AddV2', norm, constant(graph, 1e-6))
  )
  const factor = binary(graph, 'Minimum', quotient, constant(graph, 1))
  return gradients.map((gradient) => binary(graph, 'Mul', gradient, factor))
}
