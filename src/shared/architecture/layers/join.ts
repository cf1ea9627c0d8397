import { ArchitectureProblem, formatShape } from '../problems'
import type { Shape } from '../layer'
import { noParameters, noSummary, sameSight, severalInputs, untaught } from './rules'

/** What holds of every kind in which several values become one. */
export const join = {
  ...untaught,
  category: 'join',
  inputs: severalInputs,
  parameters: noParameters,
  firstAttributes: {},
  summary: noSummary,
  sight: sameSight,
  statistics: null
} as const

export const unequal = (kind: string, shapes: readonly Shape[]): ArchitectureProblem =>
  new ArchitectureProblem('unequal-shapes', { kind, shapes: shapes.map(formatShape).join(', ') })
