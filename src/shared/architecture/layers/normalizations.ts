import { z } from 'zod'
import { ArchitectureProblem, formatShape } from '../problems'
import { asImage, count, defineLayer, elements, type Parameter, type Shape } from '../layer'

const eps = z.number().positive().max(1).default(1e-5)

const perChannel = (input: Shape, name: string, value: number, trainable: boolean): Parameter => ({
  name,
  shape: [asImage(input).channels],
  initial: { rule: 'constant', value },
  trainable
})
const affineParameters = (input: Shape): Parameter[] => [
  perChannel(input, 'weight', 1, true),
  perChannel(input, 'bias', 0, true)
]

/** torch.nn.BatchNorm2d: `momentum` is the weight of the new batch, the running variance is the unbiased one. */
export const batchNorm2d = defineLayer({
  kind: 'BatchNorm2d',
  category: 'normalization',
  attributes: z.object({
    eps,
    momentum: z.number().min(0).max(1).default(0.1),
    affine: z.boolean().default(true)
  }),
  outputShape: (_, [input]) => {
    asImage(input!)
    return input!
  },
  parameters: ({ affine }, [input]) => [
    ...(affine ? affineParameters(input!) : []),
    perChannel(input!, 'running_mean', 0, false),
    perChannel(input!, 'running_var', 1, false)
  ],
  multiplyAdds: (_, __, output) => elements(output)
})

/**
 * torch.nn.InstanceNorm2d (Ulyanov et al. 2016): mean and variance over each channel of each picture. With running
 * statistics, which are the means of the pictures' own, evaluation uses those.
 */
export const instanceNorm2d = defineLayer({
  kind: 'InstanceNorm2d',
  category: 'normalization',
  attributes: z.object({
    eps,
    momentum: z.number().min(0).max(1).default(0.1),
    affine: z.boolean().default(false),
    track_running_stats: z.boolean().default(false)
  }),
  outputShape: (_, [input]) => {
    const { height, width } = asImage(input!)
    if (height * width === 1) throw new ArchitectureProblem('one-place', { shape: formatShape(input!) })
    return input!
  },
  parameters: ({ affine, track_running_stats }, [input]) => [
    ...(affine ? affineParameters(input!) : []),
    ...(track_running_stats
      ? [perChannel(input!, 'running_mean', 0, false), perChannel(input!, 'running_var', 1, false)]
      : [])
  ],
  multiplyAdds: (_, __, output) => 2 * elements(output)
})

/** torch.nn.GroupNorm (Wu and He 2018): mean and variance over each picture's groups of channels. */
export const groupNorm = defineLayer({
  kind: 'GroupNorm',
  category: 'normalization',
  attributes: z.object({ num_groups: count, eps, affine: z.boolean().default(true) }),
  outputShape: ({ num_groups }, [input]) => {
    const { channels } = asImage(input!)
    if (channels % num_groups !== 0) {
      throw new ArchitectureProblem('groups', { groups: num_groups, channels, outChannels: channels })
    }
    return input!
  },
  parameters: ({ affine }, [input]) => (affine ? affineParameters(input!) : []),
  multiplyAdds: (_, __, output) => 2 * elements(output)
})

/**
 * torch.nn.LocalResponseNorm over `size` neighbouring channels (Krizhevsky et al. 2012):
 * `x / (k + alpha / size * sum x^2)^beta`; of an even size one more channel counts before than behind.
 */
export const localResponseNorm = defineLayer({
  kind: 'LocalResponseNorm',
  category: 'normalization',
  attributes: z.object({
    size: count,
    alpha: z.number().positive().max(100).default(1e-4),
    beta: z.number().positive().max(10).default(0.75),
    k: z.number().positive().max(100).default(1)
  }),
  outputShape: (_, [input]) => {
    asImage(input!)
    return input!
  },
  multiplyAdds: ({ size }, __, output) => (size + 2) * elements(output)
})
