import { z } from 'zod'
import { defineLayer, elements } from '../layer'

/** torch.nn.Flatten with start_dim 1: the features are in channel, height, width order. */
export const flatten = defineLayer({
  kind: 'Flatten',
  category: 'shape',
  attributes: z.object({}),
  outputShape: (_, [input]) => [elements(input!)]
})
