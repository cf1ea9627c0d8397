import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { moduleOf, noSummary } from './rules'

/** torch.nn.ReLU. */
export const relu = defineLayer({
  ...activation,
  kind: 'ReLU',
  short: 'ReLU',
  attributes: z.object({}),
  name: { stem: 'relu', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 0, output: true, overwrites: 'any', view: false },
  python: moduleOf('nn.ReLU'),
  rectifies: true,
  spoilsScores: true
})
