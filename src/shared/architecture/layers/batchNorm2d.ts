import { z } from 'zod'
import { asImage, defineLayer, INPUT_CHANNELS, type Shape } from '../layer'
import { affineParameters, eps, normalization, perChannel } from './normalization'
import { moduleOf, onePerValue, sameImage } from './rules'

/** A channel's mean is over all places of all pictures of the batch. */
function valuesOfChannel(_: unknown, input: Shape, batch: number): number {
  const { height, width } = asImage(input)
  return batch * height * width
}

/** torch.nn.BatchNorm2d: `momentum` is the weight of the new batch, the running variance is the unbiased one. */
export const batchNorm2d = defineLayer({
  ...normalization,
  kind: 'BatchNorm2d',
  short: 'BN',
  attributes: z.object({
    eps,
    momentum: z.number().min(0).max(1).default(0.1),
    affine: z.boolean().default(true)
  }),
  outputShape: sameImage,
  parameters: ({ affine }, [input]) => [
    ...(affine ? affineParameters(input!) : []),
    perChannel(input!, 'running_mean', 0, false),
    perChannel(input!, 'running_var', 1, false)
  ],
  multiplyAdds: onePerValue,
  name: { stem: 'bn', numbered: true },
  firstAttributes: {},
  kept: { extra: 0, output: false, overwrites: 'none', view: false },
  statistics: { values: valuesOfChannel, counted: valuesOfChannel },
  python: moduleOf('nn.BatchNorm2d', [INPUT_CHANNELS]),
  removesBias: true
})
