import type { AttributesOf } from '../../../shared/architecture/layers'
import { batchNorm } from '../graph/ops/normalization'
import { moveTowards } from '../graph/ops/variable'
import type { LayerEmitter } from './context'

/** torch.nn.BatchNorm2d; a training step also moves the running statistics towards the batch's. */
export const batchNorm2d: LayerEmitter<AttributesOf<'BatchNorm2d'>> = (context, { eps, momentum }, [x]) => {
  const { graph, mode, parameter, variable, update } = context
  const scale = parameter('weight')
  const offset = parameter('bias')
  const running = { mean: parameter('running_mean'), variance: parameter('running_var') }
  const { y, mean, variance } = batchNorm(graph, x!, scale, offset, eps, mode === 'evaluate' ? running : null)
  if (mode === 'train') {
    update(moveTowards(graph, variable('running_mean'), running.mean, mean, momentum))
    update(moveTowards(graph, variable('running_var'), running.variance, variance, momentum))
  }
  return y
}
