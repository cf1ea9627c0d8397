import { z } from 'zod'
import './setting'

/** `usual` is what a newly chosen optimizer starts with. */
const learningRate = (usual: number) =>
  z
    .number()
    .positive()
    .max(100)
    .meta({ setting: { scale: 'logarithmic', usual } })
const weightDecay = (value: number) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(value)
    .meta({ setting: { scale: 'logarithmic' } })
export const fraction = z.number().min(0).max(0.999999)
const eps = z
  .number()
  .positive()
  .max(1)
  .default(1e-8)
  .meta({ setting: { scale: 'logarithmic' } })
const momentum = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .meta({ setting: { scale: 'complement' } })

/** torch.optim.SGD: `v = momentum v + (1 - dampening) (g + weightDecay p)`, `p -= learningRate v`. */
export const sgdSchema = z.object({
  kind: z.literal('SGD'),
  learningRate: learningRate(0.1),
  momentum,
  /** Not in the first step, as in PyTorch; must be 0 with Nesterov. */
  dampening: z.number().min(0).max(1).default(0),
  weightDecay: weightDecay(0),
  nesterov: z.boolean().default(false)
})
const adamFields = {
  learningRate: learningRate(0.001),
  betas: z.tuple([fraction, fraction]).default([0.9, 0.999]),
  eps
}
/** torch.optim.Adam (Kingma and Ba 2015): weight decay is added to the gradient. */
export const adamSchema = z.object({ kind: z.literal('Adam'), ...adamFields, weightDecay: weightDecay(0) })
/** torch.optim.AdamW (Loshchilov and Hutter 2019): `p *= 1 - learningRate weightDecay` before the step. */
export const adamWSchema = z.object({ kind: z.literal('AdamW'), ...adamFields, weightDecay: weightDecay(0.01) })
/** torch.optim.RMSprop: `p -= learningRate g / (sqrt(v) + eps)`, with momentum over the quotient. */
export const rmspropSchema = z.object({
  kind: z.literal('RMSprop'),
  learningRate: learningRate(0.001),
  alpha: fraction.default(0.99).meta({ setting: { scale: 'complement' } }),
  eps,
  momentum,
  weightDecay: weightDecay(0)
})
export const optimizerSchema = z
  .discriminatedUnion('kind', [sgdSchema, adamSchema, adamWSchema, rmspropSchema])
  .meta({ setting: { section: 'optimizer' } })

export type Optimizer = z.infer<typeof optimizerSchema>

type States = { [K in Optimizer['kind']]: (optimizer: Extract<Optimizer, { kind: K }>) => number }

/** How many values each optimizer remembers of a parameter, as PyTorch's `state_dict` has them, its step apart. */
const states: States = {
  SGD: ({ momentum }) => (momentum > 0 ? 1 : 0),
  Adam: () => 2,
  AdamW: () => 2,
  RMSprop: ({ momentum }) => (momentum > 0 ? 2 : 1)
}

/** How many values an optimizer remembers of a parameter. */
export const statesOf = (optimizer: Optimizer): number =>
  (states[optimizer.kind] as (given: Optimizer) => number)(optimizer)
