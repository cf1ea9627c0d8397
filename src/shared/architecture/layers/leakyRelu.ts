import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.LeakyReLU. */
export const leakyRelu = defineLayer({
  ...activation,
  kind: 'LeakyReLU',
  short: 'LReLU',
  attributes: z.object({ negative_slope: z.number().min(-10).max(10).default(0.01) }),
  name: { stem: 'relu', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 0, output: true, overwrites: 'none', view: false },
  python: moduleOf('nn.LeakyReLU'),
  spoilsScores: true
})
