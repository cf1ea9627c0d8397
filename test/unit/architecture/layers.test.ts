import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { fieldsOf } from '../../../src/shared/architecture/fields'
import { INPUT_CHANNELS } from '../../../src/shared/architecture/layer'
import { layerDefinition, layers, type LayerKind } from '../../../src/shared/architecture/layers'
import { checkedSummary, layerSummary } from '../../../src/shared/architecture/summary'
import type { Architecture, AttributeValue } from '../../../src/shared/architecture/schema'
import { layer, sequence } from '../../../src/shared/presets/drawing'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { en as english, zh as chinese } from '../../../src/renderer/app/i18n/texts'
import networks from '../../fixtures/random-networks.json'
import layerCases from '../../reference/layer_cases.json'

const kinds = Object.keys(layers) as LayerKind[]

/** A kind alone between pictures of 8 channels and scores. */
const alone = (kind: LayerKind, attributes: Record<string, AttributeValue>): Architecture => ({
  ...lenet5(),
  input: { channels: 8, height: 6, width: 6 },
  classes: 2,
  graph: sequence([
    ...(layers[kind].category === 'linear' ? [layer('before', 'Flatten')] : []),
    layer('layer', kind, attributes),
    layer('flatten', 'Flatten'),
    layer('fc', 'Linear', { out_features: 2 })
  ])
})

describe.each(kinds)('%s', (kind) => {
  const definition = layerDefinition(kind)
  const names = fieldsOf(kind).map(({ name }) => name)

  it('is called the same in its definition and in the map', () => {
    expect(definition.kind).toBe(kind)
  })

  it('has at least three references in PyTorch: cases of its own, or networks that it stands in', () => {
    const cases = layerCases.filter((one) => one.kind === kind)
    const drawn = networks.filter(({ graph }) => graph.nodes.some((node) => 'kind' in node && node.kind === kind))
    expect(cases.length + drawn.length).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['English', english],
    ['Chinese', chinese]
  ])('says in %s what it is for, and each of its attributes too', (_, texts) => {
    expect(texts.layerHelp[kind]).toMatch(/\S/)
    const helps: Partial<Record<string, string>> = texts.attributeHelp
    expect(names.filter((name) => !helps[name])).toEqual([])
  })

  it('names no attribute that it has not', () => {
    const { summary, python } = definition
    const leading = python.form === 'module' ? python.leading.filter((name) => name !== INPUT_CHANNELS) : []
    const constant = python.form === 'infix' && python.constant ? [python.constant.attribute] : []
    const named = [...summary.map(({ attribute }) => attribute), ...leading, ...constant]
    expect(named.filter((name) => !names.includes(name))).toEqual([])
  })

  it('has nothing wrong with it as it is inserted', () => {
    const { problems } = checkArchitecture(alone(kind, { ...definition.firstAttributes }))
    const { inputs } = definition
    // A join waits for what else enters it.
    expect(problems.map(({ code }) => code)).toEqual(inputs.min > 1 ? ['too-few-inputs'] : [])
  })
})

describe('a line that sums a layer up', () => {
  it.each([
    ['Conv2d', { out_channels: 64, kernel_size: 3, stride: 2, padding: 1 }, '3×3, 64, stride 2, pad 1'],
    ['Conv2d', { groups: 4, kernel_size: [3, 1], out_channels: 8, bias: false }, '3×1, 8, no bias, groups 4'],
    ['Conv2d', { out_channels: '=width * 2', kernel_size: 1, stride: '=stride' }, '1×1, width * 2, stride'],
    ['MaxPool2d', { kernel_size: 2, stride: 1, padding: 0 }, '2×2'],
    ['Linear', { out_features: 10, bias: true }, '10'],
    ['GroupNorm', { num_groups: 8, eps: 0.1 }, 'num_groups 8, eps 0.1'],
    ['Unheard', { kernel_size: 3 }, 'kernel_size 3']
  ])('%s %j', (kind, attributes, line) => {
    expect(layerSummary(kind, attributes as Record<string, AttributeValue>)).toBe(line)
  })

  it('leaves out what a worked-out layer has by default', () => {
    const attributes = { out_channels: 16, kernel_size: [3, 3], stride: [2, 2], padding: 1 } as const
    const parsed = layers.Conv2d.attributes.parse(attributes)
    expect(checkedSummary({ kind: 'Conv2d', attributes: parsed })).toBe('3×3, 16, stride 2, pad 1')
    expect(checkedSummary({ kind: 'Dropout', attributes: { p: 0.5 } })).toBe('')
    expect(checkedSummary({ kind: 'Dropout', attributes: { p: 0.2 } })).toBe('p 0.2')
  })
})
