import { z } from 'zod'
import { ArchitectureProblem } from '../problems'
import { asImage, defineLayer, pair, slide, type LayerDefinition } from '../layer'

export interface PoolingAttributes {
  kernel_size: [number, number]
  stride: [number, number]
  padding: [number, number]
  ceil_mode: boolean
}

const window = z.object({
  kernel_size: pair(1),
  stride: pair(1).optional(),
  padding: pair(0).default([0, 0]),
  ceil_mode: z.boolean().default(false)
})
/** PyTorch's default stride of a pooling is its kernel. */
const withStride = <W extends z.infer<typeof window>>(value: W): W & PoolingAttributes => ({
  ...value,
  stride: value.stride ?? value.kernel_size
})

const definePooling = <A extends PoolingAttributes>(kind: string, attributes: z.ZodType<A>): LayerDefinition<A> =>
  defineLayer({
    kind,
    category: 'pooling',
    attributes,
    outputShape: (given, [input]) => {
      if (given.padding.some((size, axis) => size * 2 > given.kernel_size[axis]!)) {
        throw new ArchitectureProblem('pooling-padding', {
          padding: given.padding.join('x'),
          kernel: given.kernel_size.join('x')
        })
      }
      return [asImage(input!).channels, ...slide(input!, given)]
    }
  })

/** torch.nn.MaxPool2d (padding counts as minus infinity). */
export const maxPool2d = definePooling('MaxPool2d', window.transform(withStride))

/** torch.nn.AvgPool2d; with count_include_pad padding counts as zeros, else it does not count. */
export const avgPool2d = definePooling(
  'AvgPool2d',
  window.extend({ count_include_pad: z.boolean().default(true) }).transform(withStride)
)

/** torch.nn.AdaptiveAvgPool2d: means of windows that cover the input evenly, `output_size` of them. */
export const adaptiveAvgPool2d = defineLayer({
  kind: 'AdaptiveAvgPool2d',
  category: 'pooling',
  attributes: z.object({ output_size: pair(1) }),
  outputShape: ({ output_size }, [input]) => [asImage(input!).channels, ...output_size]
})
