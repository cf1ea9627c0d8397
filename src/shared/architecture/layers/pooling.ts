import { z } from 'zod'
import { asImage, pair, slide, type Shape } from '../layer'
import { ArchitectureProblem } from '../problems'
import type { Symbolic } from '../symbolic'
import {
  noMultiplyAdds,
  noParameters,
  oneInput,
  strideSummary,
  untaught,
  windowFormula,
  windowSight,
  windowSummary
} from './rules'

export interface PoolingAttributes {
  kernel_size: [number, number]
  stride: [number, number]
  padding: [number, number]
  ceil_mode: boolean
}

export const poolingWindow = z.object({
  kernel_size: pair(1),
  stride: pair(1).optional(),
  padding: pair(0).default([0, 0]),
  ceil_mode: z.boolean().default(false)
})
/** PyTorch's default stride of a pooling is its kernel. */
export const withStride = <W extends z.infer<typeof poolingWindow>>(value: W): W & PoolingAttributes => ({
  ...value,
  stride: value.stride ?? value.kernel_size
})

/** What holds of every pooling by a sliding window. */
export const pooling = {
  ...untaught,
  category: 'pooling',
  inputs: oneInput,
  /** Throws ArchitectureProblem `pooling-padding` where a window could hold padding alone. */
  outputShape: (given: PoolingAttributes, [input]: readonly Shape[]): Shape => {
    if (given.padding.some((size, axis) => size * 2 > given.kernel_size[axis]!)) {
      throw new ArchitectureProblem('pooling-padding', {
        padding: given.padding.join('x'),
        kernel: given.kernel_size.join('x')
      })
    }
    return [asImage(input!).channels, ...slide(input!, given)]
  },
  parameters: noParameters,
  multiplyAdds: noMultiplyAdds,
  name: { stem: 'pool', numbered: true },
  firstAttributes: { kernel_size: 2 },
  summary: [...windowSummary, ...strideSummary],
  formula: windowFormula,
  sight: windowSight,
  kept: { extra: 0, output: true, overwrites: 'none', view: false },
  statistics: null,
  symbolicOutput: (_: unknown, [first]: readonly Symbolic[]): Symbolic => ({ channels: first!.channels, area: null })
} as const
