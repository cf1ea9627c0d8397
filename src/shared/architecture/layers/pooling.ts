import { z } from 'zod'
import { ArchitectureProblem } from '../problems'
import { asImage, defineLayer, pair, slide, type LayerDefinition } from '../layer'

export interface PoolingAttributes {
  kernel_size: [number, number]
  stride: [number, number]
  padding: [number, number]
}

/** PyTorch's default stride of a pooling is its kernel. */
const attributes = z
  .object({ kernel_size: pair(1), stride: pair(1).optional(), padding: pair(0).default([0, 0]) })
  .transform((value): PoolingAttributes => ({ ...value, stride: value.stride ?? value.kernel_size }))

const definePooling = (kind: string): LayerDefinition<PoolingAttributes> =>
  defineLayer({
    kind,
    category: 'pooling',
    attributes,
    outputShape: (window, [input]) => {
      if (window.padding.some((size, axis) => size * 2 > window.kernel_size[axis]!)) {
        throw new ArchitectureProblem('pooling-padding', {
          padding: window.padding.join('x'),
          kernel: window.kernel_size.join('x')
        })
      }
      return [asImage(input!).channels, ...slide(input!, window)]
    }
  })

/** torch.nn.MaxPool2d (padding counts as minus infinity). */
export const maxPool2d = definePooling('MaxPool2d')

/** torch.nn.AvgPool2d with count_include_pad (padding counts as zeros). */
export const avgPool2d = definePooling('AvgPool2d')
