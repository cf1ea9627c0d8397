import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.Dropout: in training a value becomes 0 with probability `p`, the rest are divided by `1 - p`. */
export const dropout = defineLayer({
  ...activation,
  kind: 'Dropout',
  short: 'Drop',
  category: 'regularization',
  attributes: z.object({ p: z.number().min(0).max(0.999).default(0.5) }),
  name: { stem: 'dropout', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 2, output: true, overwrites: 'none', view: false },
  python: moduleOf('nn.Dropout')
})
