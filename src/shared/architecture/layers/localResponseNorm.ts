import { z } from 'zod'
import { count, defineLayer, elements } from '../layer'
import { normalization } from './normalization'
import { moduleOf, noParameters, sameImage } from './rules'

/**
 * torch.nn.LocalResponseNorm over `size` neighbouring channels (Krizhevsky et al. 2012):
 * `x / (k + alpha / size * sum x^2)^beta`; of an even size one more channel counts before than behind.
 */
export const localResponseNorm = defineLayer({
  ...normalization,
  kind: 'LocalResponseNorm',
  short: 'LRN',
  attributes: z.object({
    size: count,
    alpha: z.number().positive().max(100).default(1e-4),
    beta: z.number().positive().max(10).default(0.75),
    k: z.number().positive().max(100).default(1)
  }),
  outputShape: sameImage,
  parameters: noParameters,
  multiplyAdds: ({ size }, __, output) => (size + 2) * elements(output),
  name: { stem: 'lrn', numbered: true },
  firstAttributes: { size: 5 },
  kept: { extra: 1, output: true, overwrites: 'none', view: false },
  statistics: null,
  python: moduleOf('nn.LocalResponseNorm', ['size'])
})
