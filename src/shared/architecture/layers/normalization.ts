import { z } from 'zod'
import { asImage, type Parameter, type Shape } from '../layer'
import { noFormula, noSummary, oneInput, sameSight, sameSymbols, untaught } from './rules'

/** What holds of every kind that divides values by how far they spread: the shape stays. */
export const normalization = {
  ...untaught,
  category: 'normalization',
  inputs: oneInput,
  summary: noSummary,
  formula: noFormula,
  sight: sameSight,
  symbolicOutput: sameSymbols
} as const

export const eps = z.number().positive().max(1).default(1e-5)

/** One value a channel. */
export const perChannel = (input: Shape, name: string, value: number, trainable: boolean): Parameter => ({
  name,
  shape: [asImage(input).channels],
  initial: { rule: 'constant', value },
  trainable
})
/** A trained scale and shift for each channel. */
export const affineParameters = (input: Shape): Parameter[] => [
  perChannel(input, 'weight', 1, true),
  perChannel(input, 'bias', 0, true)
]
