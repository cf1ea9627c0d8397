import { z } from 'zod'
import { ArchitectureProblem, formatShape } from '../problems'
import { count, defineLayer, elements, INPUT_CHANNELS, type Parameter } from '../layer'
import { biasSummary, noFormula, oneInput, sameSight, untaught } from './rules'

/** torch.nn.Linear on `[features]`; the number of input features is inferred. Weight: out, in. */
export const linear = defineLayer({
  ...untaught,
  kind: 'Linear',
  short: 'FC',
  category: 'linear',
  attributes: z.object({ out_features: count, bias: z.boolean().default(true) }),
  inputs: oneInput,
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
  multiplyAdds: (_, [input], output) => elements(input!) * elements(output),
  name: { stem: 'fc', numbered: true },
  firstAttributes: { out_features: 10 },
  summary: [{ attribute: 'out_features', as: 'value' }, ...biasSummary],
  formula: noFormula,
  sight: sameSight,
  kept: { extra: 0, output: false, overwrites: 'none', view: false },
  statistics: null,
  python: { form: 'module', name: 'nn.Linear', leading: [INPUT_CHANNELS, 'out_features'], lazy: 'nn.LazyLinear' },
  symbolicOutput: ({ out_features }) => ({ channels: out_features!, area: 1 }),
  carriesWeights: true
})
