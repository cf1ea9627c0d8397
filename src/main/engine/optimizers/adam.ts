import type { z } from 'zod'
import type { adamSchema, adamWSchema } from '../../../shared/experiment/optimizer'
import type { Tensor } from '../graph/graph'
import { binary, constant, unary } from '../graph/ops/arithmetic'
import { read, type Variable } from '../graph/ops/variable'
import { decayedGradient } from './decay'
import type { OptimizerContext, OptimizerEmitter } from './optimizer'

type Settings = Pick<z.infer<typeof adamSchema>, 'betas' | 'eps'>
const T = { T: { type: 'float32' as const } }
const slots = (): string[] => ['exp_avg', 'exp_avg_sq']

/**
 * The step of torch.optim.Adam: `p -= lr / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps)`. TensorFlow's
 * op adds its epsilon to sqrt(v), so it gets PyTorch's times sqrt(1 - b2^t).
 */
function step(
  { graph, learningRate, stepNumber }: OptimizerContext,
  { betas, eps }: Settings,
  parameter: Variable,
  gradient: Tensor,
  slot: (name: string) => Variable,
  after: readonly string[] = []
): string {
  const [beta1, beta2] = betas.map((beta) => constant(graph, beta)) as [Tensor, Tensor]
  const power1 = binary(graph, 'Pow', beta1, stepNumber)
  const power2 = binary(graph, 'Pow', beta2, stepNumber)
  const correction = unary(graph, 'Sqrt', binary(graph, 'Sub', constant(graph, 1), power2))
  const epsilon = binary(graph, 'Mul', correction, constant(graph, eps))
  return graph.emit(
    'ResourceApplyAdam',
    [
      parameter.handle,
      slot('exp_avg').handle,
      slot('exp_avg_sq').handle,
      power1,
      power2,
      learningRate,
      beta1,
      beta2,
      epsilon,
      gradient
    ],
    { ...T, use_locking: { bool: false }, use_nesterov: { bool: false } },
    [],
    after
  )[0]!.node
}

/** torch.optim.Adam. */
export const adam: OptimizerEmitter<z.infer<typeof adamSchema>> = {
  slots,
  update: (context, settings, parameter, gradient, slot) =>
    step(context, settings, parameter, decayedGradient(context.graph, parameter, gradient, settings.weightDecay), slot)
}

/** torch.optim.AdamW: the parameter shrinks before the step, apart from the gradient. */
export const adamW: OptimizerEmitter<z.infer<typeof adamWSchema>> = {
  slots,
  update: (context, settings, parameter, gradient, slot) => {
    const { graph, learningRate } = context
    if (settings.weightDecay === 0) return step(context, settings, parameter, gradient, slot)
    const rate = binary(graph, 'Mul', learningRate, constant(graph, settings.weightDecay))
    const loss = binary(graph, 'Mul', read(graph, parameter), rate)
    // The gradient is worked out from the values before.
    const shrunk = graph.emit(
      'AssignSubVariableOp',
      [parameter.handle, loss],
      { dtype: { type: 'float32' } },
      [],
      [gradient.node]
    )[0]!.node
    return step(context, settings, parameter, gradient, slot, [shrunk])
  }
}
