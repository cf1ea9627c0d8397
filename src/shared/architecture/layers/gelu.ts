import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.GELU, exact or by tanh (Hendrycks and Gimpel 2016). */
export const gelu = defineLayer({
  ...activation,
  kind: 'GELU',
  short: 'GELU',
  attributes: z.object({ approximate: z.enum(['none', 'tanh']).default('none') }),
  name: { stem: 'gelu', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 4, output: true, overwrites: 'none', view: false },
  python: moduleOf('nn.GELU'),
  spoilsScores: true
})
