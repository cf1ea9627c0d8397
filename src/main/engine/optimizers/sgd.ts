import type { z } from 'zod'
import type { sgdSchema } from '../../../shared/experiment/schema'
import { binary, constant } from '../graph/ops/arithmetic'
import { read } from '../graph/ops/variable'
import type { OptimizerEmitter } from './optimizer'

/**
 * torch.optim.SGD with dampening 0: `g += weight_decay p; v = momentum v + g; p -= lr v`, with
 * Nesterov `p -= lr (g + momentum v)`. The velocity starts at zero, which gives PyTorch's first step.
 */
export const sgd: OptimizerEmitter<z.infer<typeof sgdSchema>> = {
  slots: ({ momentum }) => (momentum > 0 ? ['momentum_buffer'] : []),
  update: ({ graph, learningRate }, { momentum, weightDecay, nesterov }, parameter, gradient, slot) => {
    const decayed =
      weightDecay > 0
        ? binary(graph, 'AddV2', gradient, binary(graph, 'Mul', read(graph, parameter), constant(graph, weightDecay)))
        : gradient
    if (momentum === 0) {
      return graph.emit(
        'ResourceApplyGradientDescent',
        [parameter.handle, learningRate, decayed],
        { T: { type: 'float32' }, use_locking: { bool: false } },
        []
      )[0]!.node
    }
    const inputs = [parameter.handle, slot('momentum_buffer').handle, learningRate, decayed, constant(graph, momentum)]
    return graph.emit(
      'ResourceApplyMomentum',
      inputs,
      { T: { type: 'float32' }, use_locking: { bool: false }, use_nesterov: { bool: nesterov } },
      []
    )[0]!.node
  }
}
