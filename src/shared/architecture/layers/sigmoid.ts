import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.Sigmoid. */
export const sigmoid = defineLayer({
  ...activation,
  kind: 'Sigmoid',
  short: 'Sigm',
  attributes: z.object({}),
  name: { stem: 'sigmoid', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 0, output: true, overwrites: 'any', view: false },
  python: moduleOf('nn.Sigmoid'),
  spoilsScores: true
})
