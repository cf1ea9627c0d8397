import { z } from 'zod'
import { ArchitectureProblem } from '../problems'
import { asImage, count, defineLayer, elements, INPUT_CHANNELS, pair, slide, type Parameter } from '../layer'
import { biasSummary, oneInput, strideSummary, untaught, windowFormula, windowSight, windowSummary } from './rules'

/**
 * torch.nn.Conv2d; the number of input channels is inferred. Weight: out, in / groups, height, width.
 * `groups` equal to the input channels is a depthwise convolution.
 */
export const conv2d = defineLayer({
  ...untaught,
  kind: 'Conv2d',
  short: 'Conv',
  category: 'convolution',
  attributes: z.object({
    out_channels: count,
    kernel_size: pair(1),
    stride: pair(1).default([1, 1]),
    padding: pair(0).default([0, 0]),
    dilation: pair(1).default([1, 1]),
    groups: count.default(1),
    bias: z.boolean().default(true)
  }),
  inputs: oneInput,
  outputShape: (attributes, [input]) => {
    const { channels } = asImage(input!)
    const { out_channels, groups } = attributes
    if (channels % groups !== 0 || out_channels % groups !== 0) {
      throw new ArchitectureProblem('groups', { attribute: 'groups', groups, channels, outChannels: out_channels })
    }
    return [out_channels, ...slide(input!, attributes)]
  },
  parameters: ({ out_channels, kernel_size, groups, bias }, [input]) => {
    const inChannels = asImage(input!).channels / groups
    const window = kernel_size[0] * kernel_size[1]
    const fanIn = inChannels * window
    const parameters: Parameter[] = [
      {
        name: 'weight',
        shape: [out_channels, inChannels, ...kernel_size],
        initial: { rule: 'weight', fanIn, fanOut: out_channels * window },
        trainable: true
      }
    ]
    if (bias) {
      parameters.push({
        name: 'bias',
        shape: [out_channels],
        initial: { rule: 'uniform', bound: 1 / Math.sqrt(fanIn) },
        trainable: true
      })
    }
    return parameters
  },
  multiplyAdds: ({ kernel_size, groups }, [input], output) =>
    (elements(output) * asImage(input!).channels * kernel_size[0] * kernel_size[1]) / groups,
  name: { stem: 'conv', numbered: true },
  firstAttributes: { out_channels: 64, kernel_size: 3, padding: 1 },
  summary: [...windowSummary, { attribute: 'out_channels', as: 'value' }, ...strideSummary, ...biasSummary],
  formula: windowFormula,
  sight: windowSight,
  kept: { extra: 0, output: false, overwrites: 'none', view: false },
  statistics: null,
  python: { form: 'module', name: 'nn.Conv2d', leading: [INPUT_CHANNELS, 'out_channels'], lazy: null },
  symbolicOutput: ({ out_channels }) => ({ channels: out_channels!, area: null }),
  carriesWeights: true
})
