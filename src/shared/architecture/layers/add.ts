import { z } from 'zod'
import { defineLayer } from '../layer'
import { formatShape } from '../problems'
import { join, unequal } from './join'
import { noFormula, onePerFurtherInput, sameSymbols } from './rules'

/** Element-wise sum of two or more inputs of the same shape (no broadcasting). */
export const add = defineLayer({
  ...join,
  kind: 'Add',
  short: 'Add',
  attributes: z.object({}),
  outputShape: (_, shapes) => {
    if (new Set(shapes.map(formatShape)).size > 1) throw unequal('Add', shapes)
    return shapes[0]!
  },
  multiplyAdds: onePerFurtherInput,
  name: { stem: 'add', numbered: false },
  formula: noFormula,
  kept: { extra: 0, output: false, overwrites: 'all-but-convolutions', view: false },
  python: { form: 'infix', operator: '+', constant: null },
  symbolicOutput: sameSymbols,
  joinsPaths: true
})
