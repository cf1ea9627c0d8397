import { z } from 'zod'
import { defineLayer } from '../layer'

/** torch.nn.Identity. */
export const identity = defineLayer({
  kind: 'Identity',
  category: 'shape',
  attributes: z.object({}),
  outputShape: (_, [input]) => input!
})
