import { describe, expect, it } from 'vitest'
import { namedParameters } from '../../../src/main/engine/weights'
import { checkArchitecture, INPUT } from '../../../src/shared/architecture/check'
import { architectureSchema, identifierSchema, type Architecture } from '../../../src/shared/architecture/schema'
import parameterCounts from '../../fixtures/parameter-counts.json'
import { presets, presetNames } from '../../../src/shared/presets'
import { block, join, layer, sequence } from '../../../src/shared/presets/drawing'
import { seedResnet } from '../../../src/shared/presets/seedResnet'

const draw = (graph: Architecture['graph'], blocks: Architecture['blocks'] = {}): Architecture => ({
  ...seedResnet(),
  input: { channels: 3, height: 32, width: 32 },
  graph,
  blocks
})
const head = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })]
const codes = (architecture: Architecture): string[] =>
  checkArchitecture(architecture).problems.map(({ code, path }) => (path ? `${path} ${code}` : code))

describe('presets', () => {
  it.each(presetNames)('%s fits its schema and has no problems', (name) => {
    const { architecture } = presets[name]
    expect(architectureSchema.parse(architecture)).toEqual(architecture)
    expect(codes(architecture)).toEqual([])
  })

  it('the seed ResNet has the published number of parameters and feature maps', () => {
    const { checked, summaries } = checkArchitecture(seedResnet())
    expect(checked!.totals.parameters).toBe(11_180_810)
    const paths = ['conv1', 'pool1', 'block2', 'block3', 'block4', 'block5', 'pool5']
    expect(paths.map((path) => summaries.get(path)!.outputShape![1])).toEqual([45, 23, 23, 12, 6, 3, 1])
  })

  it.each(presetNames)('%s has the parameters that PyTorch counts, and nothing wrong with it', (name) => {
    const { checked, problems } = checkArchitecture(presets[name].architecture)
    expect(problems).toEqual([])
    expect(checked!.totals.parameters).toBe(parameterCounts[name])
    expect(architectureSchema.parse(presets[name].architecture)).toEqual(presets[name].architecture)
  })
})

describe('expansion', () => {
  it('names repeated instances by their number and gives the first its own arguments', () => {
    const { checked } = checkArchitecture(seedResnet())
    const convolutions = checked!.layers.filter(({ path }) => path.startsWith('block3'))
    expect(convolutions.map(({ path }) => path)).toContain('block3.0.shortcut')
    expect(convolutions.map(({ path }) => path)).not.toContain('block3.1.shortcut')
    const stride = (path: string): unknown =>
      (checked!.layers.find((entry) => entry.path === path)!.attributes as { stride: number[] }).stride
    expect(stride('block3.0.conv1')).toEqual([2, 2])
    expect(stride('block3.1.conv1')).toEqual([1, 1])
  })

  it('lets the input through where a conditional part is left out', () => {
    const { checked } = checkArchitecture(seedResnet())
    const add = checked!.layers.find(({ path }) => path === 'block2.0.add')!
    expect(add.inputs).toEqual(['block2.0.relu2', 'pool1'])
  })
})

describe('names', () => {
  it('parameters of a block called as what every object has keep their defaults', () => {
    const parameters = ['toString', 'valueOf', 'hasOwnProperty'].map((name) => ({
      name,
      type: 'integer' as const,
      default: 3
    }))
    const inner = parameters.map(({ name }, index) =>
      layer(`c${index}`, 'Conv2d', { out_channels: `=${name}`, kernel_size: 1 })
    )
    const drawing = draw(sequence([block('b', 'toString', { valueOf: 5 }), ...head]), {
      toString: { parameters, graph: sequence(inner) }
    })
    const { checked, problems } = checkArchitecture(drawing)
    expect(problems).toEqual([])
    expect(checked!.layers.slice(0, 3).map(({ outputShape }) => outputShape[0])).toEqual([3, 5, 3])
  })

  it('a layer called input is not the network’s input', () => {
    const graph = sequence([layer('relu', 'ReLU'), ...head])
    const drawing = draw({
      nodes: [
        ...graph.nodes.map((node) => (node.type === 'input' ? { ...node, id: 'x' } : node)),
        layer('input', 'ReLU')
      ],
      edges: [join('x', 'input'), ...graph.edges]
    })
    const { checked } = checkArchitecture(drawing)
    expect(checked!.layers.map(({ inputs }) => inputs[0])).toEqual([INPUT, 'input', 'relu', 'flatten'])
    expect(identifierSchema.safeParse(INPUT).success).toBe(false)
  })
})

describe('problems', () => {
  it.each<[string, Architecture, string[]]>([
    [
      'a kernel larger than its input',
      draw(sequence([layer('c', 'Conv2d', { out_channels: 4, kernel_size: 33 }), ...head])),
      ['c window-too-large']
    ],
    [
      'Add of unequal shapes',
      draw(
        sequence([layer('c', 'Conv2d', { out_channels: 4, kernel_size: 1 }), layer('add', 'Add'), ...head], {
          nodes: [],
          edges: [join('input', 'add', 1)]
        })
      ),
      ['add unequal-shapes']
    ],
    [
      'a last layer of another width than the classes',
      draw(sequence([layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 7 })])),
      ['output-width']
    ],
    ['an empty network', draw(sequence([])), ['output-width', 'empty']],
    [
      'a cycle',
      draw(sequence([layer('a', 'Add'), layer('r', 'ReLU'), ...head], { nodes: [], edges: [join('r', 'a', 1)] })),
      ['cycle']
    ],
    ['an unknown layer', draw(sequence([layer('x', 'Conv9d'), ...head])), ['x unknown-layer']],
    ['an unknown block', draw(sequence([block('b', 'nothing', {}), ...head])), ['b unknown-block']],
    [
      'a block that contains itself',
      draw(sequence([block('b', 'self', {}), ...head]), {
        self: { parameters: [], graph: sequence([block('again', 'self', {})]) }
      }),
      ['b.again recursive-block']
    ],
    ['duplicate names', draw(sequence([layer('r', 'ReLU'), layer('r', 'ReLU'), ...head])), ['r duplicate-id', 'cycle']],
    ['Linear on a picture', draw(sequence([layer('fc', 'Linear', { out_features: 10 })])), ['fc needs-flat']],
    ['a join with one input', draw(sequence([layer('add', 'Add'), ...head])), ['add too-few-inputs']],
    [
      'pooling padding of more than half the kernel',
      draw(sequence([layer('p', 'MaxPool2d', { kernel_size: 2, padding: 2 }), ...head])),
      ['p pooling-padding']
    ],
    // torch.nn.InstanceNorm2d: "Expected more than 1 spatial element when training", with and without running statistics.
    ...[false, true].map((track_running_stats): [string, Architecture, string[]] => [
      `instances of one place, running statistics ${track_running_stats}`,
      draw(
        sequence([
          layer('pool', 'AdaptiveAvgPool2d', { output_size: 1 }),
          layer('norm', 'InstanceNorm2d', { track_running_stats }),
          ...head
        ])
      ),
      ['norm one-place']
    ]),
    // torch.nn.PReLU: "Mismatch of parameter numbers and input channel size".
    [
      'slopes that are neither one nor one a channel',
      draw(sequence([layer('a', 'PReLU', { num_parameters: 2 }), layer('b', 'PReLU', { num_parameters: 3 }), ...head])),
      ['a slopes']
    ],
    [
      'an argument the block does not have',
      draw(sequence([block('b', 'residual', { depth: 3 }), ...head]), seedResnet().blocks),
      ['b unknown-argument']
    ],
    [
      'an expression over an unknown parameter',
      draw(sequence([layer('c', 'Conv2d', { out_channels: '=width', kernel_size: 1 }), ...head])),
      ['c expression']
    ]
  ])('%s', (_, architecture, expected) => {
    expect(codes(architecture)).toEqual(expected)
  })

  it.each([0, -1, 1.5, NaN, 1e9])('%s channels', (channels) => {
    const architecture = draw(sequence([layer('c', 'Conv2d', { out_channels: channels, kernel_size: 1 }), ...head]))
    expect(codes(architecture)).toEqual(['c attribute'])
  })
})

describe('a cycle', () => {
  const ring = (...ids: string[]) => ids.map((id, index) => join(id, ids[(index + 1) % ids.length]!, 1))
  const named = (edges: Architecture['graph']['edges'], ids = ['a', 'b', 'c', 'd', 'e', 'f']): unknown[] => {
    const layers = ids.map((id) => layer(id, 'Add'))
    const { problems } = checkArchitecture(draw({ nodes: sequence([...layers, ...head]).nodes, edges }))
    return problems.flatMap((problem) => (problem.code === 'cycle' ? [problem.parameters.nodes] : []))
  }

  it.each([
    [
      'of two, with what follows',
      [...ring('c', 'b'), join('b', 'd'), join('d', 'e'), join('e', 'flatten')],
      'b → c → b'
    ],
    ['of one', [join('a', 'b'), join('b', 'b', 1), join('b', 'c')], 'b → b'],
    ['in the order of its connections', [...ring('e', 'a', 'd'), join('d', 'f')], 'a → d → e → a'],
    ['before another', [...ring('a', 'b'), ...ring('d', 'e'), join('b', 'd'), join('e', 'f')], 'a → b → a'],
    [
      'behind another that is drawn later',
      [...ring('e', 'f'), join('f', 'a'), ...ring('a', 'b', 'c')],
      'a → b → c → a'
    ],
    ['with a way out and back in', [...ring('a', 'b', 'c'), ...ring('b', 'd')], /^(a → b → c → a|b → d → b)$/]
  ])('%s', (_, edges, expected) => {
    expect(named(edges)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)])
  })

  it('that is long is named by its beginning', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `n${index}`)
    const [nodes] = named(ring(...ids), ids) as [string]
    expect(nodes).toBe([...ids.slice(0, 20), '…', 'n0'].join(' → '))
  })
})

describe('freezing', () => {
  it('holds one layer, or every layer of a frozen block at any depth', () => {
    const architecture = structuredClone(seedResnet(8))
    const set = (id: string): void => {
      const node = architecture.graph.nodes.find((candidate) => candidate.id === id)
      if (node?.type === 'layer' || node?.type === 'block') node.frozen = true
    }
    set('conv1')
    set('block4')
    const { checked, problems } = checkArchitecture(architecture)
    expect(problems).toEqual([])
    const frozen = checked!.layers.filter((layer) => layer.frozen).map(({ path }) => path)
    expect(frozen).toContain('conv1')
    expect(frozen.length).toBeGreaterThan(10)
    expect(frozen.every((path) => path === 'conv1' || path.startsWith('block4.'))).toBe(true)
    const trained = namedParameters(checked!).filter(({ trainable }) => trainable)
    expect(trained.some(({ path }) => frozen.includes(path))).toBe(false)
    expect(trained.map(({ name }) => name)).toContain('bn1.weight')
  })
})

describe('documents from elsewhere', () => {
  it.each(['__proto__', 'constructor', '../up', 'a.b', '名字', ''])('refuses %j as the name of a node', (id) => {
    const text = JSON.stringify({ ...seedResnet(), graph: { nodes: [{ type: 'input', id }], edges: [] } })
    expect(architectureSchema.safeParse(JSON.parse(text)).success).toBe(false)
  })

  it('refuses a newer version and another format', () => {
    expect(architectureSchema.safeParse({ ...seedResnet(), version: 2 }).success).toBe(false)
    expect(architectureSchema.safeParse({ ...seedResnet(), format: 'keras' }).success).toBe(false)
  })
})
