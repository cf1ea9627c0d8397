import type { z } from 'zod'
import type { sgdSchema } from '../../../shared/experiment/schema'
import { binary, constant } from '../graph/ops/arithmetic'
import { decayedGradient } from './decay'
import type { OptimizerEmitter } from './optimizer'

const attributes = { T: { type: 'float32' as const }, use_locking: { bool: false } }

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
    const scalar = (op: string, a: typeof stepNumber, b: typeof stepNumber) =>
      graph.emit(op, [a, b], { T: attributes.T }, [a])[0]!
    const later = scalar('Minimum', scalar('Sub', stepNumber, constant(graph, 1)), constant(graph, 1))
    const share = scalar('Sub', constant(graph, 1), scalar('Mul', later, constant(graph, dampening)))
    const damped = dampening === 0 ? decayed : binary(graph, 'Mul', decayed, share)
    const inputs = [parameter.handle, slot('momentum_buffer').handle, learningRate, damped, constant(graph, momentum)]
    return graph.emit('ResourceApplyMomentum', inputs, { ...attributes, use_nesterov: { bool: nesterov } }, [])[0]!.node
  }
}
