import { z } from 'zod'
import { asImage, count, defineLayer, elements, INPUT_CHANNELS } from '../layer'
import { ArchitectureProblem } from '../problems'
import { affineParameters, eps, normalization } from './normalization'
import { moduleOf } from './rules'

/** torch.nn.GroupNorm (Wu and He 2018): mean and variance over each picture's groups of channels. */
export const groupNorm = defineLayer({
  ...normalization,
  kind: 'GroupNorm',
  short: 'GN',
  attributes: z.object({ num_groups: count, eps, affine: z.boolean().default(true) }),
  outputShape: ({ num_groups: groups }, [input]) => {
    const { channels } = asImage(input!)
    if (channels % groups !== 0) {
      throw new ArchitectureProblem('groups', { attribute: 'num_groups', groups, channels, outChannels: channels })
    }
    return input!
  },
  parameters: ({ affine }, [input]) => (affine ? affineParameters(input!) : []),
  multiplyAdds: (_, __, output) => 2 * elements(output),
  name: { stem: 'gn', numbered: true },
  firstAttributes: { num_groups: 8 },
  kept: { extra: 3, output: true, overwrites: 'none', view: false },
  statistics: {
    values: ({ num_groups }, input) => elements(input) / num_groups,
    // It lets two pictures pass, although each is normalised alone.
    counted: ({ num_groups }, input, batch) => (batch * elements(input)) / num_groups
  },
  python: moduleOf('nn.GroupNorm', ['num_groups', INPUT_CHANNELS])
})
