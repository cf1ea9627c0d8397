import { describe, expect, it } from 'vitest'
import type { ArchitectureNode } from '../../src/shared/architecture/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { layer } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { forcedAlgorithms } from '../../src/main/engine/tuning/algorithms'
import { compileNetwork } from '../../src/main/engine/compile'
import { gradients } from '../../src/main/engine/graph/gradients'
import { Graph, reference } from '../../src/main/engine/graph/graph'
import { leakyRelu } from '../../src/main/engine/graph/ops/activation'
import { biasAdd, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { convolutionAlgorithms, type ConvolutionAlgorithm } from '../../src/main/engine/graph/ops/convolution'
import { initialState } from '../../src/main/engine/weights'
import { checkedOf } from '../support/networkRuns'

/**
 * TensorFlow's graph rewriter joins what follows one another in a pass that is not differentiated: convolution or
 * product, bias, batch norm, activation. What it makes of them must have a kernel, and the values of the parts, as the
 * pass has them that keeps all of them for its gradients.
 */
const BATCH = 6
const normalizations = [
  layer('norm', 'BatchNorm2d'),
  layer('norm', 'GroupNorm', { num_groups: 2 }),
  layer('norm', 'LocalResponseNorm', { size: 3 }),
  layer('norm', 'InstanceNorm2d'),
  layer('norm', 'InstanceNorm2d', { affine: true })
]
const activations = {
  ReLU: ['ReLU', {}],
  LeakyReLU: ['LeakyReLU', { negative_slope: 0.2 }],
  'LeakyReLU beyond 1': ['LeakyReLU', { negative_slope: 1.5 }],
  GELU: ['GELU', {}],
  'GELU by tanh': ['GELU', { approximate: 'tanh' }],
  PReLU: ['PReLU', {}],
  SiLU: ['SiLU', {}],
  Hardswish: ['Hardswish', {}],
  Sigmoid: ['Sigmoid', {}],
  Tanh: ['Tanh', {}]
} satisfies Record<string, [kind: string, attributes: Record<string, number | string>]>
/** What is nothing in evaluation. */
const between: ArchitectureNode[] = [
  layer('between', 'Dropout', { p: 0 }),
  layer('between', 'Identity'),
  { ...layer('between', 'ReLU'), bypassed: true } as ArchitectureNode
]

/** What may stand between a convolution and an activation; a normalisation is joined to one without a bias alone. */
const chains: { bias: boolean; middle: readonly ArchitectureNode[] }[] = [
  { bias: true, middle: [] },
  { bias: false, middle: [] },
  ...normalizations.map((norm) => ({ bias: false, middle: [norm] })),
  ...between.map((node) => ({ bias: false, middle: [normalizations[0]!, node] }))
]

/** The chains side by side, each with a product of its own; their scores are added. */
function network(algorithm: ConvolutionAlgorithm, activation: keyof typeof activations) {
  const [kind, attributes] = activations[activation]
  // What follows the taps is the same for three as for nine.
  const kernel_size: [number, number] = algorithm === 'taps' ? [1, 3] : [3, 3]
  const padding: [number, number] = algorithm === 'taps' ? [0, 1] : [1, 1]
  const branches = chains.map(({ bias, middle }, index) => {
    const own = [
      layer('conv', 'Conv2d', { out_channels: 4, kernel_size, padding, bias }),
      ...middle,
      layer('act', kind, attributes),
      layer('flatten', 'Flatten'),
      // A product is joined to what follows it alike, whatever came before.
      ...(middle.length > 0
        ? []
        : [layer('fc1', 'Linear', { out_features: 5, bias }), layer('act1', kind, attributes)]),
      layer('fc2', 'Linear', { out_features: 3 })
    ]
    return own.map((node) => ({ ...node, id: `${node.id}${index}` }))
  })
  const edge = (source: string, target: string, port = 0) => ({ source, target, port })
  return checkedOf({
    ...seedResnet(),
    input: { channels: 3, height: 6, width: 6 },
    classes: 3,
    blocks: {},
    graph: {
      nodes: [
        { type: 'input', id: 'input' },
        ...branches.flat(),
        layer('scores', 'Add'),
        { type: 'output', id: 'output' }
      ],
      edges: [
        ...branches.flatMap((own, port) => [
          edge('input', own[0]!.id),
          ...own.slice(1).map(({ id }, index) => edge(own[index]!.id, id)),
          edge(own.at(-1)!.id, 'scores', port)
        ]),
        edge('scores', 'output')
      ]
    }
  })
}

/** Losses of a pass for evaluation by the rewritten graph and by the one with gradients, and that of a training step. */
async function losses(algorithm: ConvolutionAlgorithm, activation: keyof typeof activations) {
  const checked = network(algorithm, activation)
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 0.1 })
  const algorithms = forcedAlgorithms(checked, BATCH, algorithm)
  const compiled = await compileNetwork(checked, { optimizer }, { kind: 'fed' }, { probe: true, algorithms })
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
    compiled.writeState(state)
    const evaluated = compiled.evaluate(batch).lossSum / BATCH
    const probed = compiled.probe('evaluate', batch).loss
    const expected = compiled.probe('train', batch).loss
    const trained = compiled.trainStep(batch, { learningRate: 0.1, seed: 0, step: 0 }).loss
    return { evaluated, probed, trained, expected }
  } finally {
    compiled.close()
  }
}

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * Math.abs(expected))
}

describe.each(convolutionAlgorithms)('what the rewriter makes of a convolution by %s', (algorithm) => {
  it.each(Object.keys(activations) as (keyof typeof activations)[])(
    'and %s, behind each normalisation and none, has the values of its parts',
    async (activation) => {
      const { evaluated, probed, trained, expected } = await losses(algorithm, activation)
      near(evaluated, probed)
      near(trained, expected)
    }
  )
})

// The rewriter joins a bias and LeakyReLU even where another op reads what is between, and then gives up.
it.each([-0.3, 0, 0.2, 1.5])('nothing else reads what LeakyReLU of slope %d reads behind a bias', (slope) => {
  const graph = new Graph()
  const x = placeholder(graph, 'float32', [null, 4, 4, 3])
  const bias = placeholder(graph, 'float32', [3])
  const biased = biasAdd(graph, x, bias)
  const y = leakyRelu(graph, biased, slope)
  gradients(graph, y, placeholder(graph, 'float32', y.shape), [x, bias])
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(reference(biased)))
  expect(readers.map(({ op }) => op)).toEqual([slope < 0 ? 'EnsureShape' : 'LeakyRelu'])
})
