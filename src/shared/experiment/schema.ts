import { z } from 'zod'
import { architectureSchema } from '../architecture/schema'

/** How weights of convolutions and linear layers start; biases and norms keep PyTorch's defaults. */
export const initializations = ['default', 'xavier_uniform', 'kaiming_normal'] as const

/** torch.optim.SGD: `v = momentum v + (g + weightDecay p)`, `p -= learningRate v` (dampening 0). */
export const sgdSchema = z.object({
  kind: z.literal('SGD'),
  learningRate: z.number().positive().max(100),
  momentum: z.number().min(0).max(1).default(0),
  weightDecay: z.number().min(0).max(10).default(0),
  nesterov: z.boolean().default(false)
})
export const optimizerSchema = z.discriminatedUnion('kind', [sgdSchema])

/** How to train: everything beside the architecture and the data that decides the result. */
export const recipeSchema = z.object({
  epochs: z.number().int().min(1).max(10_000),
  batchSize: z.number().int().min(1).max(65_536),
  testBatchSize: z.number().int().min(1).max(65_536).default(128),
  optimizer: optimizerSchema,
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
export type Recipe = z.infer<typeof recipeSchema>
export type DatasetName = (typeof datasetNames)[number]
export type Experiment = z.infer<typeof experimentSchema>
