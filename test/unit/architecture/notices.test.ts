import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { edgeKey } from '../../../src/shared/architecture/topology'
import { removeNodes } from '../../../src/shared/architecture/edit'
import { findFix, mendAll } from '../../../src/shared/architecture/fixes'
import { groupNotices, isUnfinished, noticesOf, type Notice } from '../../../src/shared/architecture/notices'
import type { Architecture, ArchitectureNode, BlockDefinition } from '../../../src/shared/architecture/schema'
import { block, layer, sequence } from '../../../src/shared/presets/drawing'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../src/shared/presets/seedResnet'

const draw = (nodes: ArchitectureNode[], blocks: Architecture['blocks'] = {}): Architecture => ({
  ...lenet5(),
  graph: sequence(nodes),
  blocks
})
const notices = (architecture: Architecture): Notice[] => noticesOf(architecture, checkArchitecture(architecture))
const codes = (architecture: Architecture): string[] => notices(architecture).map(({ path, code }) => `${path} ${code}`)
const conv = (id: string, attributes: Record<string, number | string | boolean> = {}): ArchitectureNode =>
  layer(id, 'Conv2d', { out_channels: 4, kernel_size: 3, padding: 1, ...attributes })
const head = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })]
const mended = (architecture: Architecture, code: string): Architecture => {
  const result = checkArchitecture(architecture)
  const problem = noticesOf(architecture, result).find((one) => one.code === code)!
  return findFix(architecture, result, problem)!.apply(architecture)
}

describe('the end of a network', () => {
  it('is not spoken of while it gives pictures still, though it cannot be trained so', () => {
    for (const nodes of [[], [conv('conv1'), layer('relu1', 'ReLU')]]) {
      const drawn = draw(nodes)
      expect(codes(drawn)).toEqual([])
      const result = checkArchitecture(drawn)
      expect([isUnfinished(result), result.checked]).toEqual([true, null])
    }
  })

  it('is spoken of once there is one: its width, and what stands behind the scores', () => {
    expect(codes(draw([conv('conv1'), layer('flatten', 'Flatten')]))).toEqual([' output-width'])
    expect(codes(draw([conv('conv1'), ...head, layer('relu', 'ReLU')]))).toEqual(['relu activated-logits'])
    const hidden = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 64 }), layer('relu', 'ReLU')]
    expect(codes(draw(hidden))).toEqual([' output-width'])
  })

  it('hides no other fault', () => {
    expect(codes(draw([conv('conv1', { groups: 2 }), layer('relu1', 'ReLU')]))).toEqual(['conv1 groups'])
  })
})

describe('equal notices', () => {
  const nine = draw([
    ...Array.from({ length: 9 }, (_, index) => [conv(`conv${index}`), layer(`bn${index}`, 'BatchNorm2d')]).flat(),
    layer('pool', 'MaxPool2d', { kernel_size: 2, stride: 3 }),
    ...head
  ])

  it('are one group, others stay apart', () => {
    const groups = groupNotices(notices(nine))
    expect(groups.map(({ notice, all }) => [notice.code, all.length])).toEqual([
      ['bias-before-norm', 9],
      ['stride-over-kernel', 1]
    ])
  })

  it('are mended together, and nothing else is', () => {
    const [biases] = groupNotices(notices(nine))
    const all = mendAll(nine, biases!.all)
    expect(codes(all)).toEqual(['pool stride-over-kernel'])
  })

  it('are mended one after another: what is mended already is left alone', () => {
    const dead = draw([conv('conv1'), ...head])
    dead.graph.nodes.push(conv('a'), conv('b'))
    dead.graph.edges.push({ source: 'conv1', target: 'a', port: 0 }, { source: 'a', target: 'b', port: 0 })
    const unused = notices(dead).filter(({ code }) => code === 'unused')
    expect(unused.map(({ path }) => path)).toEqual(['a', 'b'])
    const without = mendAll(dead, unused)
    expect(codes(without)).toEqual([])
    expect(without.graph.edges.map(edgeKey)).toEqual(draw([conv('conv1'), ...head]).graph.edges.map(edgeKey))
  })
})

describe('fixes inside a block', () => {
  /** A block whose one convolution takes its stride, groups and bias from parameters. */
  const unit: BlockDefinition = {
    parameters: [
      { name: 'step', type: 'integer', default: 1 },
      { name: 'parts', type: 'integer', default: 1 },
      { name: 'biased', type: 'boolean', default: false }
    ],
    graph: sequence([
      conv('conv', { kernel_size: 2, padding: 0, stride: '=step', groups: '=parts', bias: '=biased' }),
      layer('norm', 'BatchNorm2d')
    ])
  }
  const outer: BlockDefinition = {
    parameters: [{ name: 'pace', type: 'integer', default: 1 }],
    graph: sequence([block('inner', 'unit', { step: '=pace' })])
  }
  const inside = (nodes: ArchitectureNode[]): Architecture => draw([...nodes, ...head], { unit, outer })

  it('change the instance’s argument that gives the value, and no other instance', () => {
    const drawn = inside([block('one', 'unit', { step: 3 }), block('two', 'unit', {})])
    const [notice] = notices(drawn)
    expect(findFix(drawn, checkArchitecture(drawn), notice!)).toMatchObject({
      code: 'set-of',
      parameters: { attribute: 'step', value: '2', node: 'one' }
    })
    const after = mended(drawn, 'stride-over-kernel')
    expect(after.graph.nodes.find(({ id }) => id === 'one')).toMatchObject({ arguments: { step: 2 } })
    expect(after.blocks).toEqual(drawn.blocks)
    expect(codes(after)).toEqual([])
  })

  it('do so through several blocks, for a repetition’s first alone, and with a default', () => {
    const deep = mended(inside([block('one', 'outer', { pace: 5 })]), 'stride-over-kernel')
    expect(deep.graph.nodes.find(({ id }) => id === 'one')).toMatchObject({ arguments: { pace: 2 } })
    const first = block('one', 'unit', { parts: 4 }, { count: 2, first: { parts: 2 } })
    const repeated = mended(inside([first]), 'groups')
    expect(repeated.graph.nodes.find(({ id }) => id === 'one')).toMatchObject({
      arguments: { parts: 4 },
      repeat: { first: { parts: 1 } }
    })
    const biased = {
      ...unit,
      parameters: unit.parameters.map((one) => ({ ...one, default: one.name === 'biased' || 1 }))
    }
    const fallback = draw([block('one', 'unit', {}), ...head], { unit: biased as BlockDefinition })
    expect(mended(fallback, 'bias-before-norm').graph.nodes.find(({ id }) => id === 'one')).toMatchObject({
      arguments: { biased: false }
    })
  })

  it('are not offered where a value is worked out of parameters', () => {
    const drawn = inside([block('one', 'unit', { step: 3 })])
    drawn.blocks = {
      ...drawn.blocks,
      unit: { ...unit, graph: sequence([conv('conv', { kernel_size: 2, stride: '=step + 1' })]) }
    }
    const [notice] = notices(drawn)
    expect(notice!.code).toBe('stride-over-kernel')
    expect(findFix(drawn, checkArchitecture(drawn), notice!)).toBeNull()
  })

  it('name nodes with their path', () => {
    const drawn = inside([block('one', 'unit', {})])
    const { nodes, edges } = unit.graph
    const graph = { nodes: [...nodes, conv('loose')], edges: [...edges, { source: 'conv', target: 'loose', port: 0 }] }
    drawn.blocks = { unit: { ...unit, graph } }
    const notice = notices(drawn).find(({ code }) => code === 'unused')!
    expect(findFix(drawn, checkArchitecture(drawn), notice)!.parameters).toEqual({ name: 'one.loose' })
  })

  it('put a projection where it is needed alone, if a parameter tells where', () => {
    const shortcut = (architecture: Architecture): unknown =>
      mended(architecture, 'unequal-shapes').blocks.residual!.graph.nodes.find(({ id }) => id === 'shortcut')
    const broken = removeNodes(seedResnet(), 'residual', ['shortcut'])
    expect(shortcut(broken)).toMatchObject({
      attributes: { out_channels: '=channel_out', stride: '=stride' },
      when: '=add_conv1_1'
    })
    // Without that parameter the stride tells it.
    const text = JSON.stringify(broken).replaceAll(/"add_conv1_1":true,?/g, '')
    const plain = JSON.parse(text) as Architecture
    plain.blocks.residual!.parameters = plain.blocks.residual!.parameters.filter(({ name }) => name !== 'add_conv1_1')
    expect(shortcut(plain)).toMatchObject({ when: '=stride != 1' })
    expect(codes(mended(plain, 'unequal-shapes'))).not.toContain('unequal-shapes')
  })
})
