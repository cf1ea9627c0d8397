import { z } from 'zod'
import { asImage, defineLayer, elements, type Parameter } from '../layer'

/**
 * torch.nn.BatchNorm2d with affine parameters and running statistics: `momentum` is the weight of
 * the new batch, and the running variance is the unbiased one.
 */
export const batchNorm2d = defineLayer({
  kind: 'BatchNorm2d',
  category: 'normalization',
  attributes: z.object({
    eps: z.number().positive().max(1).default(1e-5),
    momentum: z.number().min(0).max(1).default(0.1)
  }),
  outputShape: (_, [input]) => {
    asImage(input!)
    return input!
  },
  parameters: (_, [input]) => {
    const make = (name: string, value: number, trainable: boolean): Parameter => ({
      name,
      shape: [asImage(input!).channels],
      initial: { rule: 'constant', value },
      trainable
    })
    return [
      make('weight', 1, true),
      make('bias', 0, true),
      make('running_mean', 0, false),
      make('running_var', 1, false)
    ]
  },
  multiplyAdds: (_, __, output) => elements(output)
})
