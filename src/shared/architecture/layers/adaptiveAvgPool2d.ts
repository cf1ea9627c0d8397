import { z } from 'zod'
import { asImage, defineLayer, pair } from '../layer'
import type { AttributeValue } from '../schema'
import { combine } from '../symbolic'
import { pooling } from './pooling'
import { moduleOf, noFormula, noSummary, wholeSight } from './rules'

/** torch.nn.AdaptiveAvgPool2d: means of windows that cover the input evenly, `output_size` of them. */
export const adaptiveAvgPool2d = defineLayer({
  ...pooling,
  kind: 'AdaptiveAvgPool2d',
  short: 'AAvgP',
  attributes: z.object({ output_size: pair(1) }),
  outputShape: ({ output_size }, [input]) => [asImage(input!).channels, ...output_size],
  name: { stem: 'avgpool', numbered: false },
  firstAttributes: { output_size: 1 },
  summary: noSummary,
  formula: noFormula,
  sight: wholeSight,
  python: moduleOf('nn.AdaptiveAvgPool2d', ['output_size']),
  symbolicOutput: ({ output_size: size }, [first]) => {
    const [height, width] = Array.isArray(size) ? size : [size!, size!]
    const area = combine([height, width] as AttributeValue[], (a, b) => `${a} * ${b}`)
    return { channels: first!.channels, area }
  }
})
