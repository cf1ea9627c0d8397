import { z } from 'zod'
import { architectureSchema } from '../architecture/schema'
import { augmentationSchema, testTimeAugmentations } from './augmentation'
import { fraction, optimizerSchema } from './optimizer'
import { scheduleSchema } from './schedules'
import './setting'

/** How weights of convolutions and linear layers start; biases and norms keep PyTorch's defaults. */
export const initializations = [
  'default',
  'xavier_uniform',
  'xavier_normal',
  'kaiming_uniform',
  'kaiming_normal'
] as const

/** Figures of an epoch that may decide which one was the best, and when to stop. */
export const monitoredMetrics = [
  'testAccuracy',
  'testLoss',
  'validationAccuracy',
  'validationLoss',
  'trainAccuracy',
  'loss'
] as const

/**
 * Which training pictures are held out. `by-class`: of each class its share, as sklearn's train_test_split with
 * `stratify`. `random`: regardless of classes, as runs did before there was a choice.
 */
export const validationDraws = ['by-class', 'random'] as const

/**
 * Which of a resize's two passes comes first; each rounds. `pillow-13`: as Pillow 13 chooses. `horizontal-first`:
 * always the rows', as runs did before there was a choice.
 */
export const resizePasses = ['pillow-13', 'horizontal-first'] as const

/** `mixed`: convolutions and linear layers in bfloat16 on a GPU, all else float32; float32 on a CPU. */
export const precisions = ['float32', 'mixed'] as const

/** Times a setting of the optimizer, for biases, and for weights and biases of normalisations. */
const factors = (options: { bias: string; normalization: string }) => {
  const factor = (option: string) => z.number().min(0).max(1000).default(1).meta({ setting: { option } })
  return z
    .object({ bias: factor(options.bias), normalization: factor(options.normalization) })
    .prefault({})
    .meta({ setting: { section: 'optimizer' } })
}

/** How to train: everything beside the architecture and the data that decides the result. */
export const recipeSchema = z.object({
  epochs: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .meta({ setting: { section: 'training', unit: 'epochs' } }),
  batchSize: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .meta({ setting: { section: 'training', unit: 'pictures', scale: 'logarithmic' } }),
  /** Leave the last pictures of an epoch's order out where they make no whole batch: DataLoader's `drop_last`. */
  dropLast: z
    .boolean()
    .default(false)
    .meta({ setting: { section: 'training' } }),
  testBatchSize: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(128)
    .meta({ setting: { section: 'evaluation', unit: 'pictures', scale: 'logarithmic' } }),
  optimizer: optimizerSchema,
  schedule: scheduleSchema.default({ kind: 'constant' }),
  /** Epochs in which the learning rate rises evenly from `warmupStart` to its full value; 0 for none. */
  warmup: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .meta({ setting: { section: 'schedule', unit: 'epochs' } }),
  /** Where the warm-up begins, as a share of the learning rate: LinearLR's `start_factor`. */
  warmupStart: z
    .number()
    .positive()
    .max(1)
    .default(0.01)
    .meta({ setting: { section: 'schedule', scale: 'logarithmic', when: { path: 'warmup', not: 0 } } }),
  /** Share of the target spread evenly over all classes, in training only (Szegedy et al. 2016). */
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.99)
    .default(0)
    .meta({ setting: { section: 'training' } }),
  /** torch.nn.utils.clip_grad_norm_: longest gradient of all parameters together; null for any. */
  maxGradientNorm: z
    .number()
    .positive()
    .max(1e6)
    .nullable()
    .default(null)
    .meta({ setting: { section: 'optimizer', scale: 'logarithmic', usual: 1 } }),
  learningRateFactors: factors({ bias: 'bias-factor', normalization: 'normalization-factor' }),
  /** 0 leaves weight decay off, as a parameter group with `weight_decay=0` does. */
  weightDecayFactors: factors({ bias: 'bias-decay-factor', normalization: 'normalization-decay-factor' }),
  /** Exponential moving average of the weights, used for evaluation (torch.optim.swa_utils.AveragedModel). */
  averaging: z
    .object({ decay: fraction.default(0.999).meta({ setting: { scale: 'complement', option: null } }) })
    .nullable()
    .default(null)
    .meta({ setting: { section: 'weights' } }),
  /** Slow weights that follow the fast ones every so many steps (Zhang et al. 2019). */
  lookahead: z
    .object({
      steps: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(5)
        .meta({ setting: { unit: 'steps', option: null } }),
      alpha: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .meta({ setting: { option: null } })
    })
    .nullable()
    .default(null)
    .meta({ setting: { section: 'weights' } }),
  initialization: z
    .enum(initializations)
    .default('default')
    .meta({ setting: { section: 'weights' } }),
  precision: z
    .enum(precisions)
    .default('float32')
    .meta({ setting: { section: 'weights' } }),
  augmentation: augmentationSchema.prefault({}),
  testTimeAugmentation: z
    .enum(testTimeAugmentations)
    .default('none')
    .meta({ setting: { section: 'evaluation' } }),
  /** Left out, it is what it was before there was a choice: runs keep their pictures. */
  resizePasses: z
    .enum(resizePasses)
    .default('horizontal-first')
    .meta({ setting: { section: 'pictures' } }),
  /** Per channel of the picture scaled to 0..1: `(x - mean) / std`. */
  normalization: z
    .object({
      mean: z.array(z.number()).min(1).max(64),
      std: z.array(z.number().positive()).min(1).max(64)
    })
    .meta({ setting: { section: 'pictures' } }),
  /** Use only the first so many pictures; null for all. */
  trainLimit: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ setting: { section: 'pictures', unit: 'pictures', scale: 'logarithmic', usual: 5000 } }),
  testLimit: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ setting: { section: 'pictures', unit: 'pictures', scale: 'logarithmic', usual: 1000 } }),
  /** Share of the training pictures held out for validation, drawn by the seed. */
  validationShare: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .meta({ setting: { section: 'validation' } }),
  /** Left out, it is what it was before there was a choice: runs keep their pictures. */
  validationDraw: z
    .enum(validationDraws)
    .default('random')
    .meta({ setting: { section: 'validation', when: { path: 'validationShare', not: 0 } } }),
  /** Decides which epoch is the best: its checkpoint is kept. */
  monitor: z
    .enum(monitoredMetrics)
    .default('testAccuracy')
    .meta({ setting: { section: 'validation' } }),
  /** Stop when the monitored figure has not become better by more than `minimumChange` for `patience` epochs. */
  earlyStopping: z
    .object({
      patience: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .meta({ setting: { unit: 'epochs', usual: 5, option: null } }),
      minimumChange: z
        .number()
        .min(0)
        .default(0)
        .meta({ setting: { scale: 'logarithmic' } })
    })
    .nullable()
    .default(null)
    .meta({ setting: { section: 'validation', option: 'patience' } }),
  /** Steps between two records of each layer's norms and dead ReLUs; null for none. */
  diagnosticsEvery: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(null)
    .meta({ setting: { section: 'diagnostics', unit: 'steps', scale: 'logarithmic', usual: 100 } }),
  /** Decides all that is random: initial weights, the order of the data, augmentation, dropout, the held-out pictures. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .default(0)
    .meta({ setting: { section: 'training' } })
})

/** What a recipe for new runs has where one of a run before must keep its meaning. */
export const newRecipe = { validationDraw: 'by-class', resizePasses: 'pillow-13' } as const satisfies Partial<
  z.input<typeof recipeSchema>
>

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
export type MonitoredMetric = (typeof monitoredMetrics)[number]
export type Precision = (typeof precisions)[number]
export type ResizePasses = (typeof resizePasses)[number]
export type Recipe = z.infer<typeof recipeSchema>
export type DatasetName = (typeof datasetNames)[number]
export type Experiment = z.infer<typeof experimentSchema>
