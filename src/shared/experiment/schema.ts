import { z } from 'zod'
import { architectureSchema } from '../architecture/schema'

/** How weights of convolutions and linear layers start; biases and norms keep PyTorch's defaults. */
export const initializations = ['default', 'xavier_uniform', 'kaiming_normal'] as const

const learningRate = z.number().positive().max(100)
const weightDecay = z.number().min(0).max(10).default(0)
const fraction = z.number().min(0).max(0.999999)
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

const epochsLong = z.number().positive().max(10_000)
const gamma = z.number().positive().max(1).default(0.1)
/** How the learning rate goes from step to step; lengths in epochs, of which parts are allowed. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }),
  /** torch.optim.lr_scheduler.StepLR. */
  z.object({ kind: z.literal('step'), every: epochsLong, gamma }),
  /** MultiStepLR. */
  z.object({ kind: z.literal('multi-step'), milestones: z.array(epochsLong).min(1).max(100), gamma }),
  /** CosineAnnealingLR over the rest of the run, down to `finalFactor` times the learning rate. */
  z.object({ kind: z.literal('cosine'), finalFactor: z.number().min(0).max(1).default(0) }),
  /** LinearLR over the rest of the run, from 1 to `finalFactor`. */
  z.object({ kind: z.literal('linear'), finalFactor: z.number().min(0).max(1).default(0) }),
  /** OneCycleLR (Smith and Topin 2018) with cosine slopes; the learning rate is the highest. */
  z.object({
    kind: z.literal('one-cycle'),
    risingShare: z.number().min(0.001).max(0.999).default(0.3),
    initialDivisor: z.number().min(1).max(1e6).default(25),
    finalDivisor: z.number().min(1).max(1e9).default(1e4)
  })
])

/** How to train: everything beside the architecture and the data that decides the result. */
export const recipeSchema = z.object({
  epochs: z.number().int().min(1).max(10_000),
  batchSize: z.number().int().min(1).max(65_536),
  testBatchSize: z.number().int().min(1).max(65_536).default(128),
  optimizer: optimizerSchema,
  schedule: scheduleSchema.default({ kind: 'constant' }),
  /** Epochs in which the learning rate rises evenly from a hundredth to its full value; 0 for none. */
  warmup: z.number().min(0).max(1000).default(0),
  /** Share of the target spread evenly over all classes, in training only (Szegedy et al. 2016). */
  labelSmoothing: z.number().min(0).max(0.99).default(0),
  /** torch.nn.utils.clip_grad_norm_: longest gradient of all parameters together; null for any. */
  maxGradientNorm: z.number().positive().max(1e6).nullable().default(null),
  initialization: z.enum(initializations).default('default'),
  /** Per channel of the picture scaled to 0..1: `(x - mean) / std`. */
  normalization: z.object({
    mean: z.array(z.number()).min(1).max(64),
    std: z.array(z.number().positive()).min(1).max(64)
  }),
  /** Use only the first so many pictures; null for all. */
  trainLimit: z.number().int().min(1).nullable().default(null),
  testLimit: z.number().int().min(1).nullable().default(null),
  /** Decides initial weights and the order of the data. */
  seed: z.number().int().min(0).max(0xffffffff).default(0)
})

export const datasetNames = ['cifar10'] as const
export const datasetReferenceSchema = z.object({ name: z.enum(datasetNames) })

/** What is trained: architecture, data and recipe. Kept whole with every run. */
export const experimentSchema = z.object({
  format: z.literal('residuum.experiment'),
  version: z.literal(1),
  architecture: architectureSchema,
  dataset: datasetReferenceSchema,
  recipe: recipeSchema
})

export type Initialization = (typeof initializations)[number]
export type Optimizer = z.infer<typeof optimizerSchema>
export type Schedule = z.infer<typeof scheduleSchema>
export type Recipe = z.infer<typeof recipeSchema>
export type DatasetName = (typeof datasetNames)[number]
export type Experiment = z.infer<typeof experimentSchema>
