import { z } from 'zod'
import { ArchitectureProblem, formatShape } from '../problems'
import { count, defineLayer, elements, type Parameter } from '../layer'

/** torch.nn.Linear on `[features]`; the number of input features is inferred. Weight: out, in. */
export const linear = defineLayer({
  kind: 'Linear',
  category: 'linear',
  attributes: z.object({ out_features: count, bias: z.boolean().default(true) }),
  outputShape: ({ out_features }, [input]) => {
    if (input!.length !== 1) throw new ArchitectureProblem('needs-flat', { shape: formatShape(input!) })
    return [out_features]
  },
  parameters: ({ out_features, bias }, [input]) => {
    const inFeatures = elements(input!)
    const parameters: Parameter[] = [
      {
        name: 'weight',
        shape: [out_features, inFeatures],
        initial: { rule: 'weight', fanIn: inFeatures, fanOut: out_features },
        trainable: true
      }
    ]
    if (bias) {
      parameters.push({
        name: 'bias',
        shape: [out_features],
        initial: { rule: 'uniform', bound: 1 / Math.sqrt(inFeatures) },
        trainable: true
      })
    }
    return parameters
  },
  multiplyAdds: (_, [input], output) => elements(input!) * elements(output)
})
