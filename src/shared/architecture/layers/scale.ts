import { z } from 'zod'
import { defineLayer } from '../layer'
import { activation } from './activation'
import { noSummary, onePerValue } from './rules'

/** A fixed factor for every value, as for scaled residuals. */
export const scale = defineLayer({
  ...activation,
  kind: 'Scale',
  short: 'Scale',
  attributes: z.object({ factor: z.number().min(-1000).max(1000).default(1) }),
  multiplyAdds: onePerValue,
  name: { stem: 'scale', numbered: true },
  firstAttributes: {},
  summary: noSummary,
  kept: { extra: 0, output: false, overwrites: 'none', view: false },
  python: { form: 'infix', operator: '*', constant: { attribute: 'factor', stem: 'scale', neutral: 1 } }
})
