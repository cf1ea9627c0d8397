import { copyOf } from '../copy'
import type { z } from 'zod'
import type { Architecture } from '../architecture/schema'
import { newRecipe, recipeSchema, type Experiment, type Recipe } from '../experiment/schema'
import { cifarResnet, resnet18 } from './cifarResnet'
import { alexnet, googlenet, resnet9, vgg11 } from './convNets'
import { lenet5 } from './lenet5'
import { seedResnet } from './seedResnet'

/** In the order in which screens show them: the tutorial's network, then from small to large. */
export const presetNames = [
  'seed-resnet',
  'lenet-5',
  'resnet-20',
  'resnet-32',
  'resnet-44',
  'resnet-56',
  'plain-20',
  'plain-32',
  'plain-44',
  'plain-56',
  'resnet-9',
  'resnet-18',
  'vgg-11',
  'alexnet',
  'googlenet-small'
] as const
export type PresetName = (typeof presetNames)[number]

/** What a newcomer starts with: trains in minutes without a GPU. */
export const defaultPreset: PresetName = 'resnet-20'

export interface Preset {
  architecture: Architecture
  recipe: Recipe
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
const recipe = (settings: Partial<z.input<typeof recipeSchema>>): Recipe =>
  recipeSchema.parse({ ...newRecipe, epochs: 10, batchSize: 128, normalization: half, ...settings })
const momentum = { kind: 'SGD', momentum: 0.9 } as const

/** He et al. 2015, section 4.2, without its augmentation and with fewer epochs. */
const cifar = (depth: number, shortcuts: boolean): Preset => ({
  architecture: cifarResnet({ depth, shortcuts }),
  recipe: recipe({
    optimizer: { ...momentum, learningRate: 0.1, weightDecay: 1e-4 },
    initialization: 'kaiming_normal'
  })
})

/** Architectures that come with the app, each with the recipe it is meant for. */
export const presets: Record<PresetName, Preset> = {
  'seed-resnet': {
    architecture: seedResnet(),
    recipe: recipe({
      epochs: 20,
      batchSize: 64,
      optimizer: { kind: 'SGD', learningRate: 0.01 },
      initialization: 'xavier_uniform'
    })
  },
  'lenet-5': {
    architecture: lenet5(),
    recipe: recipe({ batchSize: 256, optimizer: { ...momentum, learningRate: 0.05 } })
  },
  'resnet-20': cifar(20, true),
  'resnet-32': cifar(32, true),
  'resnet-44': cifar(44, true),
  'resnet-56': cifar(56, true),
  'plain-20': cifar(20, false),
  'plain-32': cifar(32, false),
  'plain-44': cifar(44, false),
  'plain-56': cifar(56, false),
  'resnet-9': {
    architecture: resnet9(),
    recipe: recipe({
      optimizer: { ...momentum, learningRate: 0.1, weightDecay: 5e-4, nesterov: true },
      schedule: { kind: 'one-cycle' },
      augmentation: { horizontalFlip: 'random', crop: { padding: 4, mode: 'reflect' }, cutout: 8 }
    })
  },
  'resnet-18': {
    architecture: resnet18(),
    recipe: recipe({
      optimizer: { ...momentum, learningRate: 0.1, weightDecay: 5e-4 },
      schedule: { kind: 'cosine' },
      initialization: 'kaiming_normal',
      augmentation: { horizontalFlip: 'random', crop: { padding: 4 } }
    })
  },
  'vgg-11': {
    architecture: vgg11(),
    recipe: recipe({
      optimizer: { ...momentum, learningRate: 0.05, weightDecay: 5e-4 },
      schedule: { kind: 'cosine' },
      initialization: 'kaiming_normal'
    })
  },
  alexnet: {
    architecture: alexnet(),
    recipe: recipe({ optimizer: { ...momentum, learningRate: 0.01, weightDecay: 5e-4 } })
  },
  'googlenet-small': {
    architecture: googlenet(),
    recipe: recipe({
      batchSize: 64,
      optimizer: { ...momentum, learningRate: 0.05, weightDecay: 1e-4 },
      initialization: 'kaiming_normal'
    })
  }
}

export const isPresetName = (name: string): name is PresetName => Object.hasOwn(presets, name)

/** The experiment of a preset on CIFAR-10 with its own recipe. */
export function presetExperiment(name: PresetName): Experiment {
  return copyOf({
    format: 'residuum.experiment',
    version: 1,
    dataset: { name: 'cifar10' },
    ...presets[name]
  })
}
