import { z } from 'zod'
import { ArchitectureProblem, formatShape } from '../problems'
import { defineLayer, elements } from '../layer'

/** Element-wise sum of two or more inputs of the same shape (no broadcasting). */
export const add = defineLayer({
  kind: 'Add',
  category: 'join',
  attributes: z.object({}),
  inputs: { min: 2, max: 64 },
  outputShape: (_, inputs) => {
    const shapes = inputs.map(formatShape)
    if (new Set(shapes).size > 1) {
      throw new ArchitectureProblem('unequal-shapes', { kind: 'Add', shapes: shapes.join(', ') })
    }
    return inputs[0]!
  },
  multiplyAdds: (_, inputs, output) => (inputs.length - 1) * elements(output)
})
