import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.Hardswish (Howard et al. 2019): `x min(max(x + 3, 0), 6) / 6`. */
export const hardswish = defineLayer({
  ...activation,
  kind: 'Hardswish',
  short: 'HSwish',
  attributes: z.object({}),
  name: { stem: 'hardswish', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 1, output: false, overwrites: 'none', view: false },
  python: moduleOf('nn.Hardswish'),
  spoilsScores: true
})
