import { z } from 'zod'
import { ArchitectureProblem, formatShape } from '../problems'
import { asImage, defineLayer, elements, type Shape } from '../layer'

const inputs = { min: 2, max: 64 }

const unequal = (kind: string, shapes: readonly Shape[]): ArchitectureProblem =>
  new ArchitectureProblem('unequal-shapes', { kind, shapes: shapes.map(formatShape).join(', ') })

/** Element-wise sum of two or more inputs of the same shape (no broadcasting). */
export const add = defineLayer({
  kind: 'Add',
  category: 'join',
  attributes: z.object({}),
  inputs,
  outputShape: (_, shapes) => {
    if (new Set(shapes.map(formatShape)).size > 1) throw unequal('Add', shapes)
    return shapes[0]!
  },
  multiplyAdds: (_, shapes, output) => (shapes.length - 1) * elements(output)
})

/** torch.cat over channels (or features), in the order of the inputs. */
export const concatenate = defineLayer({
  kind: 'Concatenate',
  category: 'join',
  attributes: z.object({}),
  inputs,
  outputShape: (_, shapes) => {
    const [first] = shapes as [Shape, ...Shape[]]
    if (shapes.some((shape) => formatShape(shape.slice(1)) !== formatShape(first.slice(1)))) {
      throw new ArchitectureProblem('unequal-sizes', { shapes: shapes.map(formatShape).join(', ') })
    }
    return [shapes.reduce((sum, shape) => sum + shape[0]!, 0), ...first.slice(1)]
  }
})

/**
 * Element-wise product. The first input gives the shape; each other has the same one or is
 * channels x 1 x 1, as the gate of squeeze-and-excitation (Hu et al. 2018).
 */
export const multiply = defineLayer({
  kind: 'Multiply',
  category: 'join',
  attributes: z.object({}),
  inputs,
  outputShape: (_, [first, ...rest]) => {
    const shape = formatShape(first!)
    const gate = first!.length === 3 ? formatShape([asImage(first!).channels, 1, 1]) : shape
    if (rest.some((other) => ![shape, gate].includes(formatShape(other)))) {
      throw unequal('Multiply', [first!, ...rest])
    }
    return first!
  },
  multiplyAdds: (_, shapes, output) => (shapes.length - 1) * elements(output)
})
