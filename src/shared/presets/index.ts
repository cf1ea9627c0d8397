import type { Architecture } from '../architecture/schema'
import type { Experiment, Recipe } from '../experiment/schema'
import { resnet20 } from './resnet20'
import { seedResnet } from './seedResnet'

export const presetNames = ['seed-resnet', 'resnet-20'] as const
export type PresetName = (typeof presetNames)[number]

/** What a newcomer starts with: trains in minutes without a GPU. */
export const defaultPreset: PresetName = 'resnet-20'

export interface Preset {
  architecture: Architecture
  recipe: Recipe
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
const common = {
  testBatchSize: 128,
  normalization: half,
  schedule: { kind: 'constant' },
  warmup: 0,
  labelSmoothing: 0,
  maxGradientNorm: null,
  trainLimit: null,
  testLimit: null,
  seed: 0
} satisfies Partial<Recipe>
const sgd = { kind: 'SGD', momentum: 0, dampening: 0, weightDecay: 0, nesterov: false } as const

/** Architectures that come with the app, each with the recipe it is meant for. */
export const presets: Record<PresetName, Preset> = {
  'seed-resnet': {
    architecture: seedResnet(),
    recipe: {
      ...common,
      epochs: 20,
      batchSize: 64,
      optimizer: { ...sgd, learningRate: 0.01 },
      initialization: 'xavier_uniform'
    }
  },
  'resnet-20': {
    architecture: resnet20(),
    recipe: {
      ...common,
      epochs: 10,
      batchSize: 128,
      optimizer: { ...sgd, learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 },
      initialization: 'kaiming_normal'
    }
  }
}

export const isPresetName = (name: string): name is PresetName => Object.hasOwn(presets, name)

/** The experiment of a preset on CIFAR-10 with its own recipe. */
export function presetExperiment(name: PresetName): Experiment {
  const { architecture, recipe } = presets[name]
  return structuredClone({
    format: 'residuum.experiment',
    version: 1,
    architecture,
    dataset: { name: 'cifar10' },
    recipe
  })
}
