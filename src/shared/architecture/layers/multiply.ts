import { z } from 'zod'
import { asImage, defineLayer } from '../layer'
import { formatShape } from '../problems'
import { join, unequal } from './join'
import { noFormula, onePerFurtherInput, sameSymbols } from './rules'

/**
 * Element-wise product. The first input gives the shape; each other has the same one or is
 * channels x 1 x 1, as the gate of squeeze-and-excitation (Hu et al. 2018).
 */
export const multiply = defineLayer({
  ...join,
  kind: 'Multiply',
  short: 'Mul',
  attributes: z.object({}),
  outputShape: (_, [first, ...rest]) => {
    const shape = formatShape(first!)
    const gate = first!.length === 3 ? formatShape([asImage(first!).channels, 1, 1]) : shape
    if (rest.some((other) => ![shape, gate].includes(formatShape(other)))) {
      throw unequal('Multiply', [first!, ...rest])
    }
    return first!
  },
  multiplyAdds: onePerFurtherInput,
  name: { stem: 'multiply', numbered: false },
  formula: noFormula,
  kept: { extra: 0, output: true, overwrites: 'none', view: false },
  python: { form: 'infix', operator: '*', constant: null },
  symbolicOutput: sameSymbols
})
