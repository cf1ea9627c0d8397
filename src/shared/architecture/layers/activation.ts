import { noFormula, noMultiplyAdds, noParameters, oneInput, sameShape, sameSight, sameSymbols, untaught } from './rules'

/** What holds of every function of each value by itself, without weights: the shape stays. */
export const activation = {
  category: 'activation',
  inputs: oneInput,
  outputShape: sameShape,
  parameters: noParameters,
  multiplyAdds: noMultiplyAdds,
  formula: noFormula,
  sight: sameSight,
  statistics: null,
  symbolicOutput: sameSymbols,
  ...untaught
} as const
