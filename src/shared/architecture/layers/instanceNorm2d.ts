import { z } from 'zod'
import { asImage, defineLayer, elements, INPUT_CHANNELS, type Shape } from '../layer'
import { ArchitectureProblem, formatShape } from '../problems'
import { affineParameters, eps, normalization, perChannel } from './normalization'
import { moduleOf } from './rules'

/** A channel's mean is over the places of one picture, however many pictures there are. */
function valuesOfChannel(_: unknown, input: Shape): number {
  const { height, width } = asImage(input)
  return height * width
}

/**
 * torch.nn.InstanceNorm2d (Ulyanov et al. 2016): mean and variance over each channel of each picture. With running
 * statistics, which are the means of the pictures' own, evaluation uses those. A single place is refused, as PyTorch
 * refuses it in training ("Expected more than 1 spatial element").
 */
export const instanceNorm2d = defineLayer({
  ...normalization,
  kind: 'InstanceNorm2d',
  short: 'IN',
  attributes: z.object({
    eps,
    momentum: z.number().min(0).max(1).default(0.1),
    affine: z.boolean().default(false),
    track_running_stats: z.boolean().default(false)
  }),
  outputShape: (_, [input]) => {
    if (valuesOfChannel(_, input!) === 1) throw new ArchitectureProblem('one-place', { shape: formatShape(input!) })
    return input!
  },
  parameters: ({ affine, track_running_stats: tracks }, [input]) => [
    ...(affine ? affineParameters(input!) : []),
    ...(tracks ? [perChannel(input!, 'running_mean', 0, false), perChannel(input!, 'running_var', 1, false)] : [])
  ],
  multiplyAdds: (_, __, output) => 2 * elements(output),
  name: { stem: 'in', numbered: true },
  firstAttributes: {},
  kept: { extra: 0, output: true, overwrites: 'any', view: false },
  statistics: { values: valuesOfChannel, counted: valuesOfChannel },
  python: moduleOf('nn.InstanceNorm2d', [INPUT_CHANNELS]),
  removesBias: true
})
