import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.SiLU: `x sigmoid(x)`. */
export const silu = defineLayer({
  ...activation,
  kind: 'SiLU',
  short: 'SiLU',
  attributes: z.object({}),
  name: { stem: 'silu', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 1, output: true, overwrites: 'none', view: false },
  python: moduleOf('nn.SiLU'),
  spoilsScores: true
})
