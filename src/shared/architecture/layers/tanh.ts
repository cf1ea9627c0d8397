import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.Tanh. */
export const tanh = defineLayer({
  ...activation,
  kind: 'Tanh',
  short: 'Tanh',
  attributes: z.object({}),
  name: { stem: 'tanh', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 0, output: true, overwrites: 'any', view: false },
  python: moduleOf('nn.Tanh'),
  spoilsScores: true
})
