import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import type { Architecture, ArchitectureNode, AttributeValue } from '../../src/shared/architecture/schema'
import type { Recipe } from '../../src/shared/experiment/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { block, join, layer, sequence } from '../../src/shared/presets/drawing'
import { cifarResnet } from '../../src/shared/presets/cifarResnet'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { forcedAlgorithms } from '../../src/main/engine/tuning/algorithms'
import type { BatchInput } from '../../src/main/engine/input/batches'
import { compileNetwork } from '../../src/main/engine/compile'
import type { CompiledNetwork } from '../../src/main/engine/compiledNetwork'
import { readSlotName } from '../../src/main/engine/weights'
import layerCases from '../reference/layer_cases.json'
import { readFixture, relativeError, toNhwc } from './support'

const LOGITS = 1e-4
const GRADIENTS = 1e-3

function blockClassifier(
  channelIn: number,
  channelOut: number,
  projection: boolean,
  stride: number,
  [height, width]: [number, number]
): Architecture {
  const args = { channel_out: channelOut, add_conv1_1: projection, stride }
  return {
    ...seedResnet(),
    input: { channels: channelIn, height, width },
    graph: sequence([
      block('block', 'residual', args),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ])
  }
}

/** One layer between the input and two logits. */
function layerClassifier({ kind, input, attributes }: (typeof layerCases)[number]): Architecture {
  const [channels, height, width] = input as [number, number, number]
  return {
    ...seedResnet(),
    input: { channels, height, width },
    classes: 2,
    graph: sequence([
      layer('layer', kind, attributes as Record<string, AttributeValue>),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 2 })
    ])
  }
}

const convolution = (
  id: string,
  out_channels: number,
  kernel_size: AttributeValue,
  more: Record<string, AttributeValue> = {}
) => layer(id, 'Conv2d', { out_channels, kernel_size, ...more })
const small = (main: ArchitectureNode[], beside?: Parameters<typeof sequence>[1]): Architecture => ({
  ...seedResnet(),
  input: { channels: 4, height: 6, width: 7 },
  classes: 2,
  graph: sequence([...main, layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 2 })], beside)
})

const inception = small([convolution('one', 2, 1), layer('concat', 'Concatenate'), layer('relu', 'ReLU')], {
  nodes: [
    convolution('three_reduce', 2, 1),
    layer('relu3', 'ReLU'),
    convolution('three', 3, 3, { padding: 1 }),
    convolution('five_reduce', 2, 1),
    layer('relu5', 'ReLU'),
    convolution('five', 2, 5, { padding: 2 }),
    layer('pool', 'MaxPool2d', { kernel_size: 3, stride: 1, padding: 1 }),
    convolution('pool_reduce', 1, 1)
  ],
  edges: [
    join('input', 'three_reduce'),
    join('three_reduce', 'relu3'),
    join('relu3', 'three'),
    join('three', 'concat', 1),
    join('input', 'five_reduce'),
    join('five_reduce', 'relu5'),
    join('relu5', 'five'),
    join('five', 'concat', 2),
    join('input', 'pool'),
    join('pool', 'pool_reduce'),
    join('pool_reduce', 'concat', 3)
  ]
})

const squeezeExcitation = small([convolution('conv', 6, 3, { padding: 1 }), layer('gate', 'Multiply')], {
  nodes: [
    layer('squeeze', 'AdaptiveAvgPool2d', { output_size: 1 }),
    convolution('reduce', 2, 1),
    layer('relu', 'ReLU'),
    convolution('expand', 6, 1),
    layer('sigmoid', 'Sigmoid')
  ],
  edges: [
    join('conv', 'squeeze'),
    join('squeeze', 'reduce'),
    join('reduce', 'relu'),
    join('relu', 'expand'),
    join('expand', 'sigmoid'),
    join('sigmoid', 'gate', 1)
  ]
})

const depthwise = small([
  convolution('depth1', 4, 3, { padding: 1, groups: 4, bias: false }),
  layer('bn1', 'BatchNorm2d'),
  layer('relu1', 'ReLU'),
  convolution('point1', 6, 1, { bias: false }),
  layer('bn2', 'BatchNorm2d'),
  layer('relu2', 'ReLU'),
  convolution('depth2', 6, 3, { stride: 2, padding: 1, groups: 6, bias: false })
])

const linears: Architecture = {
  ...small([]),
  graph: sequence([
    layer('flatten', 'Flatten'),
    layer('fc1', 'Linear', { out_features: 7, bias: false }),
    layer('sigmoid', 'Sigmoid'),
    layer('fc2', 'Linear', { out_features: 5 }),
    layer('fc', 'Linear', { out_features: 2, bias: false })
  ])
}

const joins = small([convolution('a', 3, 1), layer('add', 'Add'), layer('concat', 'Concatenate')], {
  nodes: [
    convolution('b', 3, 3, { padding: 1 }),
    convolution('c', 3, [1, 3], { padding: [0, 1] }),
    layer('squeeze', 'AdaptiveAvgPool2d', { output_size: 1 }),
    layer('multiply', 'Multiply')
  ],
  edges: [
    join('input', 'b'),
    join('input', 'c'),
    join('b', 'add', 1),
    join('c', 'add', 2),
    join('c', 'squeeze'),
    join('a', 'multiply'),
    join('b', 'multiply', 1),
    join('squeeze', 'multiply', 2),
    join('multiply', 'concat', 1),
    join('input', 'concat', 2)
  ]
})

const instances: Architecture = {
  ...small([]),
  graph: sequence([
    convolution('conv1', 6, 3, { padding: 1 }),
    layer('in1', 'InstanceNorm2d', { affine: true, track_running_stats: true }),
    layer('hardswish', 'Hardswish'),
    convolution('conv2', 5, 3, { stride: 2, padding: 1 }),
    layer('prelu1', 'PReLU', { num_parameters: 5 }),
    layer('in2', 'InstanceNorm2d'),
    layer('prelu2', 'PReLU'),
    layer('flatten', 'Flatten'),
    layer('fc1', 'Linear', { out_features: 7 }),
    layer('prelu3', 'PReLU', { num_parameters: 7 }),
    layer('fc', 'Linear', { out_features: 2 })
  ])
}

const plain: Architecture = {
  ...seedResnet(),
  input: { channels: 3, height: 18, width: 18 },
  graph: sequence([
    convolution('conv1', 6, 5, { padding: 2 }),
    layer('bn1', 'BatchNorm2d'),
    layer('relu1', 'ReLU'),
    layer('pool1', 'MaxPool2d', { kernel_size: 2 }),
    convolution('conv2', 8, 3, { padding: 1 }),
    layer('bn2', 'BatchNorm2d'),
    layer('relu2', 'ReLU'),
    layer('pool2', 'MaxPool2d', { kernel_size: 3, stride: 2 }),
    convolution('conv3', 8, 3),
    layer('relu3', 'ReLU'),
    layer('flatten', 'Flatten'),
    layer('fc1', 'Linear', { out_features: 12 }),
    layer('relu4', 'ReLU'),
    layer('fc2', 'Linear', { out_features: 10 })
  ])
}

/** The first convolution and batch norm of the block, and the classifier, keep their values. */
function frozen(architecture: Architecture): Architecture {
  const copy = structuredClone(architecture)
  for (const node of [...copy.blocks.residual!.graph.nodes, ...copy.graph.nodes]) {
    if (node.type === 'layer' && ['conv1', 'bn1', 'fc'].includes(node.id)) node.frozen = true
  }
  return copy
}

const cases: [string, Architecture][] = [
  ['residual-plain-even', blockClassifier(4, 4, false, 1, [8, 8])],
  ['residual-plain-odd', blockClassifier(4, 4, false, 1, [9, 7])],
  ['residual-projection-1-even', blockClassifier(4, 6, true, 1, [8, 8])],
  ['residual-projection-1-odd', blockClassifier(4, 6, true, 1, [9, 7])],
  ['residual-projection-2-even', blockClassifier(4, 6, true, 2, [8, 8])],
  ['residual-projection-2-odd', blockClassifier(4, 6, true, 2, [9, 7])],
  ...layerCases.map((entry, index): [string, Architecture] => [
    `layer-${String(index).padStart(2, '0')}`,
    layerClassifier(entry)
  ]),
  ...[
    'sgd-dampening',
    'sgd-nesterov',
    'adam',
    'adam-decay',
    'adamw',
    'adamw-decay',
    'rmsprop',
    'rmsprop-momentum',
    'label-smoothing',
    'clipping',
    'factors',
    'averaging',
    'lookahead',
    'lookahead-averaging',
    'decay-factors',
    'decay-factors-adamw',
    'decay-factors-rmsprop',
    'adam-eps',
    'adamw-eps'
  ].map((name): [string, Architecture] => [`optimizer-${name}`, blockClassifier(3, 4, true, 2, [7, 6])]),
  ['optimizer-frozen', frozen(blockClassifier(3, 4, true, 2, [7, 6]))],
  ['network-inception', inception],
  ['network-squeeze-excitation', squeezeExcitation],
  ['network-depthwise', depthwise],
  ['network-linears', linears],
  ['network-joins', joins],
  ['network-instances', instances],
  ['network-plain', plain],
  ['network-resnet-20', cifarResnet({ depth: 20, width: 4 })],
  ['seed-resnet-8', seedResnet(8)]
]

describe.each(cases)('%s equals PyTorch', (name, architecture) => {
  const fixture = readFixture(name)
  const optimizer = optimizerSchema.parse(JSON.parse(fixture.metadata.optimizer!))
  const given = JSON.parse(fixture.metadata.rules ?? '{}') as Partial<Recipe>
  const { learningRateFactors, weightDecayFactors } = given
  const factors = {
    learningRateFactors: learningRateFactors ?? undefined,
    weightDecayFactors: weightDecayFactors ?? undefined
  }
  const rules = { ...given, ...factors, optimizer }
  const initial = fixture.group('initial.')
  const images = fixture.tensors.get('images')!
  const batch: BatchInput = {
    images: toNhwc(images.values as Float32Array, images.shape),
    labels: fixture.tensors.get('labels')!.values as Int32Array
  }
  const settings = (step: number) => ({ learningRate: optimizer.learningRate, seed: 0, step })
  let network: CompiledNetwork

  beforeAll(async () => {
    const { checked, problems } = checkArchitecture(architecture)
    expect(problems).toEqual([])
    network = await compileNetwork(checked!, rules, { kind: 'fed' }, { probe: true })
  })
  afterAll(() => network.close())

  const equalsPyTorch = (own: CompiledNetwork, mode: 'train' | 'evaluate'): void => {
    own.writeState(initial)
    const { logits, loss, gradients } = own.probe(mode, batch)
    expect(relativeError(logits, fixture.floats(`${mode}.logits`))).toBeLessThan(LOGITS)
    expect(relativeError([loss], fixture.floats(`${mode}.loss`))).toBeLessThan(LOGITS)
    const expected = fixture.group(`${mode}.gradient.`)
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort())
    // Where a gradient vanishes by construction (a bias before batch norm) only rounding is left of it.
    const floor = 1e-3 * Math.hypot(...[...expected.values()].map((values) => Math.hypot(...values)))
    for (const [key, gradient] of gradients) {
      expect(relativeError(gradient, expected.get(key)!, floor), key).toBeLessThan(GRADIENTS)
    }
  }

  // What is random in training has a reference in evaluation alone.
  const modes = (['train', 'evaluate'] as const).filter((mode) => fixture.tensors.has(`${mode}.logits`))
  it.each(modes)('logits, loss and every gradient in %s mode', (mode) => {
    equalsPyTorch(network, mode)
  })

  const convolves = checkArchitecture(architecture).checked?.layers.some(({ kind }) => kind === 'Conv2d')
  it.runIf(convolves).each(['taps', 'columns'] as const)('the same with all convolutions by %s', async (algorithm) => {
    const { checked } = checkArchitecture(architecture)
    const algorithms = forcedAlgorithms(checked!, images.shape[0]!, algorithm)
    const forced = await compileNetwork(checked!, rules, { kind: 'fed' }, { probe: true, algorithms })
    equalsPyTorch(forced, 'train')
    equalsPyTorch(forced, 'evaluate')
    forced.close()
  })

  it('keeps its own copy of the values it was given', () => {
    // Memory shared with JavaScript would be released on another thread and corrupt its heap.
    const given = new Map([...initial].map(([key, values]) => [key, values.slice()]))
    network.writeState(given)
    for (const values of given.values()) values.fill(NaN)
    const kept = network.readState()
    for (const [key, values] of initial) expect(kept.get(key), key).toEqual(values)
  })

  it.runIf(modes.includes('train'))('running statistics after one step, and all values after the last', () => {
    network.writeState(initial)
    const losses = [network.trainStep(batch, settings(0)).loss]
    const afterOne = network.readState()
    for (const [key, expected] of fixture.group('after.')) {
      expect(relativeError(afterOne.get(key)!, expected), key).toBeLessThan(LOGITS)
    }
    const steps = fixture.floats('steps.losses').length
    for (let step = 1; step < steps; step++) {
      losses.push(network.trainStep(batch, settings(step)).loss)
    }
    expect(relativeError(losses, fixture.floats('steps.losses'))).toBeLessThan(GRADIENTS)
    const averaged = fixture.tensors.get('averaged.logits')
    if (averaged) {
      const { logits } = network.probe('evaluate', batch)
      expect(relativeError(logits, averaged.values)).toBeLessThan(GRADIENTS)
    }
    const afterLast = network.readState()
    for (const [key, expected] of fixture.group('final.')) {
      const own = /^(average|slow)\./.test(key) ? readSlotName(key) : key
      expect(relativeError(afterLast.get(own)!, expected), key).toBeLessThan(GRADIENTS)
    }
  })
})
