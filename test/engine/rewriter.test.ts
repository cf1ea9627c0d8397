import { describe, expect, it } from 'vitest'
import type { ArchitectureNode } from '../../src/shared/architecture/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { forcedAlgorithms } from '../../src/main/engine/algorithms'
import { compileNetwork } from '../../src/main/engine/compile'
import { convolutionAlgorithms, type ConvolutionAlgorithm } from '../../src/main/engine/graph/ops/convolution'
import { initialState } from '../../src/main/engine/weights'
import { checkedOf } from '../support/networkRuns'

/**
 * TensorFlow's graph rewriter joins what follows one another in a pass that is not differentiated: convolution or
 * product, bias, batch norm, activation. What it makes of them must have a kernel, and the values of the parts, as the
 * pass has them that keeps all of them for its gradients.
 */
const BATCH = 6
const normalizations = {
  none: [],
  BatchNorm2d: [layer('norm', 'BatchNorm2d')],
  GroupNorm: [layer('norm', 'GroupNorm', { num_groups: 2 })],
  LocalResponseNorm: [layer('norm', 'LocalResponseNorm', { size: 3 })]
} satisfies Record<string, ArchitectureNode[]>
const activations: Record<string, [kind: string, attributes: Record<string, number | string>]> = {
  ReLU: ['ReLU', {}],
  LeakyReLU: ['LeakyReLU', { negative_slope: 0.2 }],
  'LeakyReLU beyond 1': ['LeakyReLU', { negative_slope: 1.5 }],
  GELU: ['GELU', {}],
  'GELU by tanh': ['GELU', { approximate: 'tanh' }],
  SiLU: ['SiLU', {}],
  Sigmoid: ['Sigmoid', {}],
  Tanh: ['Tanh', {}]
}
const between = {
  Dropout: layer('between', 'Dropout'),
  Identity: layer('between', 'Identity'),
  'a bypassed layer': { ...layer('between', 'ReLU'), bypassed: true } as ArchitectureNode
}

interface Chain {
  algorithm: ConvolutionAlgorithm
  bias: boolean
  middle: readonly ArchitectureNode[]
  activation: [kind: string, attributes: Record<string, number | string>]
}

/** Losses of a pass for evaluation by the rewritten graph and by the one with gradients, and that of a training step. */
async function losses({ algorithm, bias, middle, activation: [kind, attributes] }: Chain) {
  const checked = checkedOf({
    ...seedResnet(),
    input: { channels: 3, height: 6, width: 6 },
    classes: 3,
    blocks: {},
    graph: sequence([
      layer('conv', 'Conv2d', { out_channels: 4, kernel_size: 3, padding: 1, bias }),
      ...middle,
      layer('act', kind, attributes),
      layer('flatten', 'Flatten'),
      layer('fc1', 'Linear', { out_features: 5, bias }),
      layer('act1', kind, attributes),
      layer('fc2', 'Linear', { out_features: 3 })
    ])
  })
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 0.1 })
  const algorithms = forcedAlgorithms(checked, BATCH, algorithm)
  const network = await compileNetwork(checked, { optimizer }, { kind: 'fed' }, { probe: true, algorithms })
  const value = (index: number): number => Math.sin(index * 12.9898) * 1.7
  const batch = {
    images: Float32Array.from({ length: BATCH * 108 }, (_, index) => value(index)),
    labels: Int32Array.from({ length: BATCH }, (_, index) => index % 3)
  }
  try {
    const state = initialState(checked, 'xavier_uniform', 1)
    for (const [name, values] of state) {
      if (name.endsWith('running_mean'))
        state.set(
          name,
          values.map((_, index) => value(index) / 4)
        )
      if (name.endsWith('running_var'))
        state.set(
          name,
          values.map((_, index) => 0.5 + value(index) ** 2)
        )
    }
    network.writeState(state)
    const evaluated = network.evaluate(batch).lossSum / BATCH
    const probed = network.probe('evaluate', batch).loss
    const expected = network.probe('train', batch).loss
    const trained = network.trainStep(batch, { learningRate: 0.1, seed: 0, step: 0 }).loss
    return { evaluated, probed, trained, expected }
  } finally {
    network.close()
  }
}

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * Math.abs(expected))
}

describe.each(convolutionAlgorithms)('what the rewriter makes of a convolution by %s', (algorithm) => {
  it.each(
    Object.keys(normalizations).flatMap((norm) => Object.keys(activations).map((activation) => [norm, activation]))
  )('%s and %s has the values of its parts', async (norm, activation) => {
    const chain = {
      middle: normalizations[norm as keyof typeof normalizations],
      activation: activations[activation]!
    }
    // A normalisation behind it is joined to a convolution without a bias alone.
    for (const bias of norm === 'none' ? [false, true] : [false]) {
      const { evaluated, probed, trained, expected } = await losses({ algorithm, bias, ...chain })
      near(evaluated, probed)
      near(trained, expected)
    }
  })

  it.each(['ReLU', 'Sigmoid', 'Tanh'])(
    'BatchNorm2d, something that is nothing, and %s likewise',
    async (activation) => {
      for (const node of Object.values(between)) {
        const middle = [layer('norm', 'BatchNorm2d'), node]
        const { evaluated, probed } = await losses({
          algorithm,
          bias: false,
          middle,
          activation: activations[activation]!
        })
        near(evaluated, probed)
      }
    }
  )
})
