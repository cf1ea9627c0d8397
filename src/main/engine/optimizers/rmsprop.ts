import type { z } from 'zod'
import type { rmspropSchema } from '../../../shared/experiment/optimizer'
import { binary, constant, unary } from '../graph/ops/arithmetic'
import { assign, read } from '../graph/ops/variable'
import { decayedGradient } from './decay'
import type { OptimizerEmitter } from './optimizer'

/** torch.optim.RMSprop (not centred); TensorFlow's op adds epsilon under the root, so this is composed. */
export const rmsprop: OptimizerEmitter<z.infer<typeof rmspropSchema>> = {
  slots: ({ momentum }) => (momentum > 0 ? ['square_avg', 'momentum_buffer'] : ['square_avg']),
  update: ({ graph, learningRate }, settings, parameter, gradient, slot) => {
    const { alpha, eps, momentum, weightDecay } = settings
    const weighted = (weight: number, x: typeof gradient) => binary(graph, 'Mul', x, constant(graph, weight))
    const decayed = decayedGradient(graph, parameter, gradient, weightDecay)
    const square = weighted(1 - alpha, binary(graph, 'Mul', decayed, decayed))
    const average = binary(graph, 'AddV2', weighted(alpha, read(graph, slot('square_avg'))), square)
    const root = unary(graph, 'Sqrt', average)
    const quotient = binary(graph, 'RealDiv', decayed, binary(graph, 'AddV2', root, constant(graph, eps)))
    const updates = [assign(graph, slot('square_avg'), average)]
    let direction = quotient
    if (momentum > 0) {
      direction = binary(graph, 'AddV2', weighted(momentum, read(graph, slot('momentum_buffer'))), quotient)
      updates.push(assign(graph, slot('momentum_buffer'), direction))
    }
    const change = binary(graph, 'Mul', direction, learningRate)
    const inputs = [parameter.handle, change]
    return graph.emit('AssignSubVariableOp', inputs, { dtype: { type: 'float32' } }, [], updates)[0]!.node
  }
}
