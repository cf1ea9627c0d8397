import { z } from 'zod'
import { ArchitectureProblem } from '../problems'
import { count, defineLayer, elements, type LayerDefinition } from '../layer'

/** An element-wise function: the shape stays. */
const activation = <A>(kind: string, attributes: z.ZodType<A>): LayerDefinition<A> =>
  defineLayer({
    kind,
    category: 'activation',
    attributes,
    outputShape: (_, [input]) => input!
  })

/** torch.nn.ReLU. */
export const relu = activation('ReLU', z.object({}))

/** torch.nn.LeakyReLU. */
export const leakyRelu = activation(
  'LeakyReLU',
  z.object({ negative_slope: z.number().min(-10).max(10).default(0.01) })
)

/** torch.nn.PReLU: as LeakyReLU, with a trained slope for all values or one a channel (He et al. 2015). */
export const prelu = defineLayer({
  kind: 'PReLU',
  category: 'activation',
  attributes: z.object({ num_parameters: count.default(1), init: z.number().min(-10).max(10).default(0.25) }),
  outputShape: ({ num_parameters }, [input]) => {
    const channels = input![0]!
    if (num_parameters !== 1 && num_parameters !== channels) {
      throw new ArchitectureProblem('slopes', { count: num_parameters, channels })
    }
    return input!
  },
  parameters: ({ num_parameters, init }) => [
    { name: 'weight', shape: [num_parameters], initial: { rule: 'constant', value: init }, trainable: true }
  ],
  multiplyAdds: (_, __, output) => elements(output)
})

/** torch.nn.GELU, exact or by tanh (Hendrycks and Gimpel 2016). */
export const gelu = activation('GELU', z.object({ approximate: z.enum(['none', 'tanh']).default('none') }))

/** torch.nn.SiLU: `x sigmoid(x)`. */
export const silu = activation('SiLU', z.object({}))

/** torch.nn.Hardswish: `x min(max(x + 3, 0), 6) / 6` (Howard et al. 2019). */
export const hardswish = activation('Hardswish', z.object({}))

/** torch.nn.Sigmoid. */
export const sigmoid = activation('Sigmoid', z.object({}))

/** torch.nn.Tanh. */
export const tanh = activation('Tanh', z.object({}))

/** torch.nn.Dropout: in training a value becomes 0 with probability `p`, the rest are divided by `1 - p`. */
export const dropout = activation('Dropout', z.object({ p: z.number().min(0).max(0.999).default(0.5) }))

/** A fixed factor for every value, as for scaled residuals. */
export const scale = defineLayer({
  kind: 'Scale',
  category: 'activation',
  attributes: z.object({ factor: z.number().min(-1000).max(1000).default(1) }),
  outputShape: (_, [input]) => input!,
  multiplyAdds: (_, __, output) => elements(output)
})
