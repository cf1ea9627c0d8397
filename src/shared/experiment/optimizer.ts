import { z } from 'zod'

const learningRate = z.number().positive().max(100)
const weightDecay = z.number().min(0).max(10).default(0)
export const fraction = z.number().min(0).max(0.999999)
const eps = z.number().positive().max(1).default(1e-8)

/** torch.optim.SGD: `v = momentum v + (1 - dampening) (g + weightDecay p)`, `p -= learningRate v`. */
export const sgdSchema = z.object({
  kind: z.literal('SGD'),
  learningRate,
  momentum: z.number().min(0).max(1).default(0),
  /** Not in the first step, as in PyTorch; must be 0 with Nesterov. */
  dampening: z.number().min(0).max(1).default(0),
  weightDecay,
  nesterov: z.boolean().default(false)
})
const adamFields = {
  learningRate,
  betas: z.tuple([fraction, fraction]).default([0.9, 0.999]),
  eps
}
/** torch.optim.Adam (Kingma and Ba 2015): weight decay is added to the gradient. */
export const adamSchema = z.object({ kind: z.literal('Adam'), ...adamFields, weightDecay })
/** torch.optim.AdamW (Loshchilov and Hutter 2019): `p *= 1 - learningRate weightDecay` before the step. */
export const adamWSchema = z.object({
  kind: z.literal('AdamW'),
  ...adamFields,
  weightDecay: weightDecay.unwrap().default(0.01)
})
/** torch.optim.RMSprop: `p -= learningRate g / (sqrt(v) + eps)`, with momentum over the quotient. */
export const rmspropSchema = z.object({
  kind: z.literal('RMSprop'),
  learningRate,
  alpha: fraction.default(0.99),
  eps,
  momentum: z.number().min(0).max(1).default(0),
  weightDecay
})
export const optimizerSchema = z.discriminatedUnion('kind', [sgdSchema, adamSchema, adamWSchema, rmspropSchema])

/** A usual learning rate for each optimizer, which a newly chosen one starts with. */
export const usualLearningRates: Record<Optimizer['kind'], number> = {
  SGD: 0.1,
  Adam: 0.001,
  AdamW: 0.001,
  RMSprop: 0.001
}

export type Optimizer = z.infer<typeof optimizerSchema>
