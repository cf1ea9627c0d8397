import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import * as edit from '../../../src/shared/architecture/edit'
import { copyNodes, networkFragment, parseFragment, paste } from '../../../src/shared/architecture/edit'
import { parseField } from '../../../src/shared/architecture/fields'
import { findFix } from '../../../src/shared/architecture/fixes'
import { nodeFigures } from '../../../src/shared/architecture/figures'
import { teachingWarnings } from '../../../src/shared/architecture/teach'
import type { Architecture } from '../../../src/shared/architecture/schema'
import { presets } from '../../../src/shared/presets'
import { block, layer, sequence } from '../../../src/shared/presets/drawing'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../src/shared/presets/seedResnet'

const empty = (): Architecture => ({ ...lenet5(), graph: sequence([]) })
const edges = ({ graph }: Architecture): string[] =>
  graph.edges.map(({ source, target, port }) => `${source}>${target}${port ? `:${port}` : ''}`).sort()
const add = (architecture: Architecture, kind: string, selected: string[] = []): edit.Added =>
  edit.insertAfter(architecture, null, { type: 'layer', kind }, selected)
const totals = (architecture: Architecture) => checkArchitecture(architecture).checked?.totals
const problems = (architecture: Architecture): string[] =>
  checkArchitecture(architecture).problems.map(({ code, path }) => `${path} ${code}`.trim())

describe('drawing', () => {
  it('inserts behind the selection, before the output, and between two nodes', () => {
    let { architecture } = add(empty(), 'Conv2d')
    expect(edges(architecture)).toEqual(['conv1>output', 'input>conv1'])
    ;({ architecture } = add(architecture, 'ReLU', ['conv1']))
    expect(edges(architecture)).toEqual(['conv1>relu1', 'input>conv1', 'relu1>output'])
    const edge = { source: 'conv1', target: 'relu1', port: 0 }
    ;({ architecture } = edit.insertOnEdge(architecture, null, { type: 'layer', kind: 'BatchNorm2d' }, edge))
    expect(edges(architecture)).toEqual(['bn1>relu1', 'conv1>bn1', 'input>conv1', 'relu1>output'])
  })

  it('lets a join take all that is selected', () => {
    let { architecture } = add(empty(), 'ReLU')
    ;({ architecture } = add(architecture, 'Add', ['input', 'relu1']))
    expect(edges(architecture)).toEqual(['add>output', 'input>add:1', 'input>relu1', 'relu1>add'])
  })

  it('closes the gap that a removed node leaves, at the port it fed', () => {
    const architecture = edit.removeNodes(seedResnet(), 'residual', ['shortcut'])
    const { graph } = architecture.blocks.residual!
    expect(graph.edges).toContainEqual({ source: 'input', target: 'add', port: 1 })
    expect(() => edit.removeNodes(empty(), null, ['input', 'output'])).toThrow('belong to every drawing')
  })

  it('refuses a connection that closes a cycle, and says which', () => {
    const architecture = lenet5()
    expect(() => edit.connect(architecture, null, 'relu2', 'conv1')).toThrow(
      'conv1 already leads to relu2 (conv1 → relu1 → pool1 → conv2 → relu2 → conv1)'
    )
    expect(() => edit.connect(architecture, null, 'relu2', 'input')).toThrow('nothing enters')
  })

  it('renames a node everywhere, to names that PyTorch can have', () => {
    const architecture = edit.renameNode(lenet5(), null, 'conv1', 'stem')
    expect(edges(architecture)).toContain('stem>relu1')
    expect(() => edit.renameNode(architecture, null, 'conv2', 'stem')).toThrow('taken')
    for (const name of ['class', 'train', '1x1', 'a.b', '']) {
      expect(() => edit.renameNode(architecture, null, 'conv2', name), name).toThrow('cannot be a name')
    }
  })

  it('leaves a bypassed node out, and what then leads nowhere', () => {
    const architecture = edit.changeNodes(seedResnet(), 'residual', ['add'], { bypassed: true })
    const { checked, warnings } = checkArchitecture(architecture)
    expect(checked!.layers.some(({ path }) => path.endsWith('shortcut') || path.endsWith('.add'))).toBe(false)
    expect(warnings.map(({ path, code }) => `${path} ${code}`)).toContain('block3.0.shortcut unused')
  })

  it.each(['x', 'y'] as const)(
    'moves on along %s what stands behind an insertion in a drawing placed by hand',
    (way) => {
      const { nodes } = lenet5().graph
      const places = nodes.map(({ id }, index) => [id, { x: 0, y: 0, [way]: index * 300 }] as const)
      // Another row stays.
      const other = { x: 400, y: 900, [way]: 3000 }
      const placed = edit.moveNodes(lenet5(), null, new Map([...places, ['fc3', other]]))
      const { architecture, ids } = add(placed, 'ReLU', ['conv1'])
      const place = (id: string) => architecture.graph.nodes.find((node) => node.id === id)!.position!
      const room = { x: 240, y: 112 }[way]
      expect(['conv1', ids[0]!, 'relu1'].map((id) => place(id)[way])).toEqual([300, 300 + room, 600 + room])
      expect(place('fc3')).toEqual(other)
    }
  )
})

describe('blocks', () => {
  const plain = (): Architecture => ({
    ...lenet5(),
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: 8, kernel_size: 3, padding: 1 }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ])
  })

  it('are made of a selection, changed with a parameter, repeated, and taken apart again', () => {
    const before = totals(plain())
    const made = edit.makeBlock(plain(), null, ['conv1', 'bn1', 'relu1'], 'unit')
    let { architecture } = made
    expect(made.ids).toEqual(['unit1'])
    expect(totals(architecture)).toEqual(before)
    architecture = edit.addParameter(architecture, 'unit', { name: 'channels', type: 'integer', default: 8 })
    architecture = edit.setAttribute(architecture, 'unit', ['conv1'], 'attributes', 'out_channels', '=channels')
    expect(totals(architecture)).toEqual(before)
    architecture = edit.changeParameter(architecture, 'unit', 'channels', {
      name: 'width',
      type: 'integer',
      default: 8
    })
    expect(architecture.blocks.unit!.graph.nodes.find(({ id }) => id === 'conv1')).toMatchObject({
      attributes: { out_channels: '=width' }
    })
    architecture = edit.changeNodes(architecture, null, ['unit1'], { repeat: { count: 3, first: { width: 4 } } })
    const repeated = totals(architecture)
    expect(repeated!.parameters).toBeGreaterThan(before!.parameters)
    const apart = edit.detach(architecture, null, 'unit1').architecture
    expect(apart.graph.nodes.map(({ id }) => id)).toContain('unit1_2_relu1')
    expect(totals(apart)).toEqual(repeated)
    expect(edit.removeBlock(apart, 'unit').blocks).toEqual({})
    expect(() => edit.removeBlock(architecture, 'unit')).toThrow('still has instances: unit1')
    expect(() => edit.removeParameter(architecture, 'unit', 'width')).toThrow('still read by conv1')
  })

  it('detach every instance of the seed ResNet to the same layers', () => {
    let architecture = seedResnet()
    for (const id of ['block2', 'block3', 'block4', 'block5'])
      architecture = edit.detach(architecture, null, id).architecture
    expect(totals(architecture)).toEqual(totals(seedResnet()))
    expect(architecture.graph.nodes.map(({ id }) => id)).not.toContain('block2_0_shortcut')
  })

  it('take parameters of the enclosing block along', () => {
    const { architecture } = edit.makeBlock(seedResnet(), 'residual', ['conv1', 'bn1', 'relu1'], 'unit')
    expect(architecture.blocks.unit!.parameters.map(({ name }) => name)).toEqual(['channel_out', 'stride'])
    expect(totals(architecture)).toEqual(totals(seedResnet()))
  })

  it('say why a selection cannot be one', () => {
    const make = (ids: string[]) => () => edit.makeBlock(seedResnet(), 'residual', ids, 'part')
    expect(make(['add', 'relu3'])).toThrow('values enter the selection from relu2, shortcut')
    expect(make(['shortcut', 'conv1', 'bn1'])).toThrow('values leave the selection from')
    expect(make(['input'])).toThrow('Select the layers')
    expect(() => paste(seedResnet(), 'residual', networkFragment(seedResnet()))).toThrow('inside itself')
  })
})

describe('the clipboard', () => {
  it('carries nodes with their blocks as text, and renames what would clash', () => {
    const fragment = copyNodes(seedResnet(), null, ['block3', 'block4'])!
    const other = { ...empty(), blocks: { residual: { parameters: [], graph: sequence([]) } } }
    const { architecture, ids } = paste(other, null, parseFragment(JSON.stringify(fragment))!, {
      selected: ['input']
    })
    expect(ids).toEqual(['block3', 'block4'])
    expect(Object.keys(architecture.blocks)).toEqual(['residual', 'residual2'])
    expect(edges(architecture)).toEqual(['block3>block4', 'block4>output', 'input>block3'])
    expect(parseFragment('{"format":"residuum.fragment","version":1,"nodes":[{"type":"layer"}]}')).toBeNull()
    expect(parseFragment('hello')).toBeNull()
  })

  it('makes a whole network of an empty drawing', () => {
    const { architecture } = paste(empty(), null, networkFragment(lenet5()), { behind: true })
    expect(totals(architecture)).toEqual(totals(lenet5()))
  })
})

describe('fixes', () => {
  const mend = (architecture: Architecture, code: string): Architecture => {
    const result = checkArchitecture(architecture)
    const all = [...result.problems, ...result.warnings, ...teachingWarnings(result)]
    return findFix(
      architecture,
      result,
      all.find((problem) => problem.code === code)!
    )!.apply(architecture)
  }

  it('put a projection on the shortcut that fits every instance of a block', () => {
    // Without its shortcut the block adds 64x23x23 to 128x12x12.
    const broken = edit.removeNodes(seedResnet(), 'residual', ['shortcut'])
    expect(problems(broken)).toContain('block3.0.add unequal-shapes')
    const mended = mend(broken, 'unequal-shapes')
    expect(problems(mended)).toEqual([])
    expect(mended.blocks.residual!.graph.nodes.find(({ id }) => id === 'shortcut')).toMatchObject({
      attributes: { out_channels: '=channel_out', kernel_size: 1, stride: '=stride' }
    })
  })

  it.each<[string, Architecture]>([
    ['unconnected', edit.disconnect(lenet5(), null, [{ source: 'pool1', target: 'conv2', port: 0 }])],
    ['needs-flat', edit.removeNodes(lenet5(), null, ['flatten'])],
    ['output-width', { ...lenet5(), classes: 100 }],
    ['output-width', edit.removeNodes(lenet5(), null, ['flatten', 'fc1', 'relu3', 'fc2', 'relu4', 'fc3'])],
    ['window-too-large', edit.setAttribute(lenet5(), null, ['pool2'], 'attributes', 'kernel_size', 99)],
    ['pooling-padding', edit.setAttribute(lenet5(), null, ['pool1'], 'attributes', 'padding', 2)],
    ['groups', edit.setAttribute(lenet5(), null, ['conv2'], 'attributes', 'groups', 5)],
    ['too-few-inputs', add(lenet5(), 'Add', ['relu1']).architecture]
  ])('mend %s', (code, broken) => {
    expect(problems(broken).join()).toContain(code)
    expect(problems(mend(broken, code)).join()).not.toContain(code)
  })

  it('teach: a bias before a norm, scores behind an activation, pixels between windows, depth without shortcuts', () => {
    const result = checkArchitecture(presets['plain-32'].architecture)
    expect(teachingWarnings(result).map(({ code }) => code)).toEqual(['plain-stack'])
    expect(teachingWarnings(checkArchitecture(presets['resnet-56'].architecture))).toEqual([])
    const tutorial = checkArchitecture(seedResnet())
    expect(teachingWarnings(tutorial).map(({ path, code }) => `${path} ${code}`)).toEqual(['conv1 bias-before-norm'])
    expect(totals(mend(seedResnet(), 'bias-before-norm'))!.parameters).toBe(11_180_810 - 64)
    const scores = add(lenet5(), 'ReLU').architecture
    expect(teachingWarnings(checkArchitecture(scores)).map(({ code }) => code)).toEqual(['activated-logits'])
    const strided = edit.setAttribute(lenet5(), null, ['pool1'], 'attributes', 'stride', 3)
    expect(teachingWarnings(checkArchitecture(strided)).map(({ code }) => code)).toEqual(['stride-over-kernel'])
  })
})

describe('figures', () => {
  it('has the receptive fields of a stack of convolutions and poolings', () => {
    const figures = nodeFigures(checkArchitecture(lenet5()))
    expect(['conv1', 'pool1', 'conv2', 'pool2'].map((path) => figures.get(path)!.receptiveField![0])).toEqual([
      5, 6, 14, 16
    ])
    expect(figures.get('fc1')!.receptiveField).toBeNull()
    // 6 x 28 x 28 values of conv1 are overwritten by its ReLU, which keeps its own.
    expect(figures.get('relu1')!.activationBytes).toBe(4 * 6 * 28 * 28)
  })

  it('adds up inside blocks', () => {
    const architecture: Architecture = {
      ...seedResnet(),
      graph: sequence(
        [block('b', 'residual', {}), layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })],
        {
          nodes: [],
          edges: []
        }
      )
    }
    const figures = nodeFigures(checkArchitecture(architecture))
    const inner = [...figures]
      .filter(([path]) => path.startsWith('b.'))
      .map(([, { activationBytes }]) => activationBytes)
    expect(figures.get('b')!.activationBytes).toBe(inner.reduce((sum, bytes) => sum + bytes, 0))
  })
})

describe('what is typed into a field', () => {
  it.each([
    ['3', 'pair', { value: 3 }],
    ['3 5', 'pair', { value: [3, 5] }],
    ['3×3', 'pair', { value: 3 }],
    ['3, 5, 7', 'pair', { fault: { code: 'typed-pair', parameters: {} } }],
    ['1.5', 'integer', { fault: { code: 'typed-integer', parameters: {} } }],
    ['1e-3', 'number', { value: 0.001 }],
    ['= width * 2', 'integer', { value: '= width * 2' }],
    ['=', 'integer', { fault: { code: 'expression-end', parameters: {} } }],
    ['x', 'number', { fault: { code: 'typed-number', parameters: {} } }],
    ['', 'integer', { value: undefined }]
  ] as const)('%j as %s', (text, type, expected) => {
    expect(parseField(text, type)).toEqual(expected)
  })
})
