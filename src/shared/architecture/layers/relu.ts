import { z } from 'zod'
import { defineLayer } from '../layer'

/** torch.nn.ReLU. */
export const relu = defineLayer({
  kind: 'ReLU',
  category: 'activation',
  attributes: z.object({}),
  outputShape: (_, [input]) => input!
})
