import { z } from 'zod'
import { defineLayer } from '../layer'
import {
  moduleOf,
  noFormula,
  noMultiplyAdds,
  noParameters,
  noSummary,
  oneInput,
  sameShape,
  sameSight,
  sameSymbols,
  untaught
} from './rules'

/** torch.nn.Identity. */
export const identity = defineLayer({
  ...untaught,
  kind: 'Identity',
  short: 'Id',
  category: 'shape',
  attributes: z.object({}),
  inputs: oneInput,
  outputShape: sameShape,
  parameters: noParameters,
  multiplyAdds: noMultiplyAdds,
  name: { stem: 'identity', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  formula: noFormula,
  sight: sameSight,
  kept: { extra: 0, output: false, overwrites: 'none', view: true },
  statistics: null,
  python: moduleOf('nn.Identity'),
  symbolicOutput: sameSymbols
})
