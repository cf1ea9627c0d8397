import { z } from 'zod'
import { defineLayer, elements } from '../layer'
import { combineKnown } from '../symbolic'
import { moduleOf, noMultiplyAdds, noParameters, noSummary, oneInput, untaught, wholeSight } from './rules'

/** torch.nn.Flatten with start_dim 1: the features are in channel, height, width order. */
export const flatten = defineLayer({
  ...untaught,
  kind: 'Flatten',
  short: 'Flat',
  category: 'shape',
  attributes: z.object({}),
  inputs: oneInput,
  outputShape: (_, [input]) => [elements(input!)],
  parameters: noParameters,
  multiplyAdds: noMultiplyAdds,
  name: { stem: 'flatten', numbered: false },
  firstAttributes: {},
  summary: noSummary,
  formula: (_, [input]) => (input!.length > 1 ? [`${input!.join('·')} = ${elements(input!)}`] : []),
  sight: wholeSight,
  kept: { extra: 0, output: false, overwrites: 'none', view: true },
  statistics: null,
  python: moduleOf('nn.Flatten'),
  symbolicOutput: (_, [first]) => ({
    channels: first!.area === 1 ? first!.channels : combineKnown(first!.channels, first!.area, (a, b) => `${a} * ${b}`),
    area: 1
  })
})
