import type { z } from 'zod'
import type { sgdSchema } from '../../../shared/experiment/optimizer'
import type { Graph, Tensor } from '../graph/graph'
import { binary, constant } from '../graph/ops/arithmetic'
import { decayedGradient } from './decay'
import type { OptimizerEmitter } from './optimizer'

const attributes = { T: { type: 'float32' as const }, use_locking: { bool: false } }

/** The share of a gradient that dampening leaves: all of it in the first step. */
function undamped(graph: Graph, stepNumber: Tensor, dampening: number): Tensor {
  const one = constant(graph, 1)
  const later = binary(graph, 'Minimum', binary(graph, 'Sub', stepNumber, one), one)
  return binary(graph, 'Sub', one, binary(graph, 'Mul', later, constant(graph, dampening)))
}

/**
 * torch.optim.SGD. The velocity starts at zero, which gives PyTorch's first step, in which dampening does
 * not count.
 */
export const sgd: OptimizerEmitter<z.infer<typeof sgdSchema>> = {
  slots: ({ momentum }) => (momentum > 0 ? ['momentum_buffer'] : []),
  update: ({ graph, learningRate, stepNumber }, settings, parameter, gradient, slot) => {
    const { momentum, dampening, nesterov, weightDecay } = settings
    const decayed = decayedGradient(graph, parameter, gradient, weightDecay)
    if (momentum === 0) {
      const inputs = [parameter.handle, learningRate, decayed]
      return graph.emit('ResourceApplyGradientDescent', inputs, attributes, [])[0]!.node
    }
    const damped = dampening === 0 ? decayed : binary(graph, 'Mul', decayed, undamped(graph, stepNumber, dampening))
    const inputs = [parameter.handle, slot('momentum_buffer').handle, learningRate, damped, constant(graph, momentum)]
    return graph.emit('ResourceApplyMomentum', inputs, { ...attributes, use_nesterov: { bool: nesterov } }, [])[0]!.node
  }
}
