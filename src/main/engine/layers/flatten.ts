import { reshape, transpose } from '../graph/ops/shape'
import type { LayerEmitter } from './context'

/** torch.nn.Flatten: features in channel, height, width order, while pictures are stored channels last. */
export const flatten: LayerEmitter<object> = ({ graph }, _, [x]) => {
  const shape = x!.shape
  if (shape.length === 2) return x!
  const [batch, height, width, channels] = shape as [number | null, number, number, number]
  const ordered = height * width === 1 ? x! : transpose(graph, x!, [0, 3, 1, 2])
  return reshape(graph, ordered, [batch, height * width * channels])
}
