import { z } from 'zod'
import { defineLayer, type Shape } from '../layer'
import { ArchitectureProblem, formatShape } from '../problems'
import type { AttributeValue } from '../schema'
import { combineKnown, type Symbolic } from '../symbolic'
import { join } from './join'
import { noMultiplyAdds } from './rules'

/** torch.cat over channels (or features), in the order of the inputs. */
export const concatenate = defineLayer({
  ...join,
  kind: 'Concatenate',
  short: 'Cat',
  attributes: z.object({}),
  outputShape: (_, shapes) => {
    const [first] = shapes as [Shape, ...Shape[]]
    if (shapes.some((shape) => formatShape(shape.slice(1)) !== formatShape(first.slice(1)))) {
      throw new ArchitectureProblem('unequal-sizes', { shapes: shapes.map(formatShape).join(', ') })
    }
    return [shapes.reduce((sum, shape) => sum + shape[0]!, 0), ...first.slice(1)]
  },
  multiplyAdds: noMultiplyAdds,
  name: { stem: 'concat', numbered: false },
  formula: (_, inputs, output) => [`C = ${inputs.map((shape) => shape[0]).join(' + ')} = ${output[0]!}`],
  kept: { extra: 0, output: true, overwrites: 'none', view: false },
  python: { form: 'call', name: 'torch.cat', keywords: ['dim=1'] },
  symbolicOutput: (_, [first, ...rest]) => {
    const sum = (a: AttributeValue | null, b: Symbolic): AttributeValue | null =>
      combineKnown(a, b.channels, (one, other) => `${one} + ${other}`)
    return { channels: rest.reduce(sum, first!.channels), area: first!.area }
  },
  joinsPaths: true
})
