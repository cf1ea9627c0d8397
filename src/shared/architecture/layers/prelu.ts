import { z } from 'zod'
import { count, defineLayer } from '../layer'
import { ArchitectureProblem } from '../problems'
import { activation } from './activation'
import { moduleOf, noSummary, onePerValue } from './rules'

/** torch.nn.PReLU (He et al. 2015): as LeakyReLU, with a trained slope for all channels (or features) or for each. */
export const prelu = defineLayer({
  ...activation,
  kind: 'PReLU',
  short: 'PReLU',
  attributes: z.object({ num_parameters: count.default(1), init: z.number().min(-10).max(10).default(0.25) }),
  outputShape: ({ num_parameters: slopes }, [input]) => {
    const channels = input![0]!
    if (slopes !== 1 && slopes !== channels) throw new ArchitectureProblem('slopes', { count: slopes, channels })
    return input!
  },
  parameters: ({ num_parameters, init }) => [
    { name: 'weight', shape: [num_parameters], initial: { rule: 'constant', value: init }, trainable: true }
  ],
  multiplyAdds: onePerValue,
  name: { stem: 'prelu', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  // Which values were positive, a byte each.
  kept: { extra: 0.25, output: false, overwrites: 'none', view: false },
  python: moduleOf('nn.PReLU'),
  spoilsScores: true
})
