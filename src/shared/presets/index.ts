import type { Architecture } from '../architecture/schema'
import { recipeSchema, type Experiment, type Recipe } from '../experiment/schema'
import { lenet5 } from './lenet5'
import { resnet20 } from './resnet20'
import { seedResnet } from './seedResnet'

export const presetNames = ['seed-resnet', 'resnet-20', 'lenet-5'] as const
export type PresetName = (typeof presetNames)[number]

/** What a newcomer starts with: trains in minutes without a GPU. */
export const defaultPreset: PresetName = 'resnet-20'

export interface Preset {
  architecture: Architecture
  recipe: Recipe
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
/** Architectures that come with the app, each with the recipe it is meant for. */
export const presets: Record<PresetName, Preset> = {
  'seed-resnet': {
    architecture: seedResnet(),
    recipe: recipeSchema.parse({
      epochs: 20,
      batchSize: 64,
      optimizer: { kind: 'SGD', learningRate: 0.01 },
      normalization: half,
      initialization: 'xavier_uniform'
    })
  },
  'resnet-20': {
    architecture: resnet20(),
    recipe: recipeSchema.parse({
      epochs: 10,
      batchSize: 128,
      optimizer: { kind: 'SGD', learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 },
      normalization: half,
      initialization: 'kaiming_normal'
    })
  },
  'lenet-5': {
    architecture: lenet5(),
    recipe: recipeSchema.parse({
      epochs: 10,
      batchSize: 256,
      optimizer: { kind: 'SGD', learningRate: 0.05, momentum: 0.9 },
      normalization: half
    })
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
