import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { parseArchitecture, parseDocument } from '../../../src/shared/architecture/document'
import { detach, fragmentSchema, paste, parseFragment, withinLimits } from '../../../src/shared/architecture/edit'
import { measureExtent } from '../../../src/shared/architecture/extent'
import { evaluateExpression } from '../../../src/shared/architecture/expressions'
import { hasTooManyValues, LIMITS } from '../../../src/shared/architecture/limits'
import { describeProblem } from '../../../src/shared/architecture/problems'
import { pytorchCode } from '../../../src/shared/architecture/pytorch/module'
import { architectureSchema, type Architecture, type BlockNode } from '../../../src/shared/architecture/schema'
import { experimentSchema } from '../../../src/shared/experiment/schema'
import { presetExperiment, presetNames, presets } from '../../../src/shared/presets'
import { block, join, layer, sequence } from '../../../src/shared/presets/drawing'
import { seedResnet } from '../../../src/shared/presets/seedResnet'
import { blockPaths, buildDiagram, pathsToOpen } from '../../../src/renderer/architecture/overview/overview'

const draw = (graph: Architecture['graph'], blocks: Architecture['blocks'] = {}): Architecture => ({
  ...seedResnet(),
  input: { channels: 3, height: 32, width: 32 },
  graph,
  blocks
})
const head = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })]
const repeated = (id: string, name: string, count: number, args: BlockNode['arguments'] = {}): BlockNode => ({
  ...(block(id, name, args) as BlockNode),
  repeat: { count, first: {} }
})
const made = (...nodes: Parameters<typeof sequence>[0]): Architecture['blocks'][string] => ({
  parameters: [],
  graph: sequence(nodes)
})
const relu = layer('relu', 'ReLU')
const PARAMETER: Architecture['blocks'][string]['parameters'] = [{ name: 'n', type: 'number', default: 1 }]
const on = (node: BlockNode, change: Partial<BlockNode>): BlockNode => ({ ...node, ...change })

/** `depth` blocks, each of them repeated inside the one before it. */
const nested = (depth: number, count: number): Architecture =>
  draw(
    sequence([repeated('a', 'b0', count), ...head]),
    Object.fromEntries(
      Array.from({ length: depth }, (_, index) => [
        `b${index}`,
        index === depth - 1 ? made(relu) : made(repeated('a', `b${index + 1}`, count))
      ])
    )
  )

/** Each block holds the next twice, or nothing but its ends at the bottom. */
const doubling = (depth: number): Architecture =>
  draw(
    sequence([block('a', 'b0', {}), ...head]),
    Object.fromEntries(
      Array.from({ length: depth }, (_, index) => [
        `b${index}`,
        index === depth - 1 ? made() : made(block('x', `b${index + 1}`, {}), block('y', `b${index + 1}`, {}))
      ])
    )
  )

describe('what blocks amount to', () => {
  it.each(presetNames)('%s: as many layers are counted as the check makes', (name) => {
    const { architecture } = presets[name]
    const { layers } = checkArchitecture(architecture)
    expect(measureExtent(architecture).extent!.layers).toBe(layers.length)
  })

  it.each([
    [2, 'a'],
    [4, 'a.0.a.0.a'],
    [10, 'a.0.a.0.a.0.a.0.a.0.a.0.a.0.a.0.a']
  ])('%i repetitions of 1000 in each other are counted, not made, and the place is named', (depth, path) => {
    const architecture = nested(depth, 1000)
    const { visited } = measureExtent(architecture)
    expect(visited).toBeLessThan(10 * depth)
    const result = checkArchitecture(architecture)
    expect(result).toMatchObject({ checked: null, layers: [] })
    expect(result.problems).toEqual([{ path, code: 'too-many-layers', parameters: { max: LIMITS.layers } }])
    expect(describeProblem(result.problems[0]!)).toContain('10000 layers')
    expect(() => pytorchCode(architecture)).toThrow(/10000 layers/)
  })

  it('blocks without a layer count too: 2^15 of them are not opened', () => {
    const { problems, summaries } = checkArchitecture(doubling(16))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'too-many-parts', parameters: { max: LIMITS.parts } })
    expect(summaries.size).toBe(0)
  })

  it('blocks in blocks that double 30 times end at the greatest depth, whatever they hold', () => {
    const { visited, problem } = measureExtent(doubling(30))
    expect(visited).toBeLessThan(100)
    expect(problem).toMatchObject({ code: 'too-deep' })
    expect(checkArchitecture(doubling(30)).problems).toEqual([problem])
  })

  it('blocks that hold each other are found without going round in every order', () => {
    const names = Array.from({ length: 15 }, (_, index) => `b${index}`)
    const blocks = Object.fromEntries(
      names.map((own) => [
        own,
        made(...names.filter((name) => name !== own).map((name) => block(`in_${name}`, name, {})))
      ])
    )
    const architecture = draw(sequence([block('a', 'b0', {}), ...head]), blocks)
    expect(measureExtent(architecture).visited).toBeLessThan(300)
    expect(checkArchitecture(architecture).problems).toMatchObject([{ code: 'recursive-block' }])
  })

  it('values that differ from instance to instance are counted one by one, up to the limit', () => {
    const step = (name: string): Architecture['blocks'][string] => ({
      parameters: [{ name: 'n', type: 'integer', default: 1 }],
      graph: sequence([block('x', name, { n: '=n * 2' }), block('y', name, { n: '=n * 2 + 1' })])
    })
    const blocks = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`b${index}`, step(`b${index + 1}`)]))
    const architecture = draw(sequence([block('a', 'b0', { n: 1 }), ...head]), { ...blocks, b16: made(relu) })
    expect(measureExtent(architecture).visited).toBeLessThan(2 * LIMITS.parts)
    expect(checkArchitecture(architecture).problems).toHaveLength(1)
  })

  it.each([
    ['=0 / 0', '=1 / 0'],
    ['=0 * -1', '=0']
  ])('values that look alike as JSON (%s, %s) hide no other instance', (cheap, dear) => {
    const depth = 6
    const blocks = Object.fromEntries(
      Array.from({ length: depth }, (_, index) => {
        const inner = index === depth - 1 ? relu : repeated('a', `b${index + 1}`, 30)
        const when = index === 0 ? { when: '=n > 5 || 1 / n < 0' } : {}
        return [`b${index}`, { ...made(on(inner as BlockNode, when)), parameters: PARAMETER }]
      })
    )
    const graph = sequence([block('one', 'b0', { n: cheap }), block('two', 'b0', { n: dear }), ...head])
    const { visited } = measureExtent(draw(graph, blocks))
    expect(visited).toBeLessThan(1000)
    expect(checkArchitecture(draw(graph, blocks)).problems.map(({ code }) => code)).toContain('expression')
  })

  it('a tensor that 32 bits cannot count is told, not worked with', () => {
    const wide = (id: string) => layer(id, 'Conv2d', { out_channels: 65_536, kernel_size: 1 })
    expect(checkArchitecture(draw(sequence([wide('a'), wide('b'), ...head]))).problems).toMatchObject([
      { path: 'b', code: 'too-large', parameters: { shape: '65536x65536x1x1' } }
    ])
  })

  it('what is switched off or never reached does not count', () => {
    const off = nested(4, 1000)
    const [first] = off.graph.nodes.filter((node) => node.type === 'block') as [BlockNode]
    first.when = '=1 > 2'
    const result = checkArchitecture(off)
    expect(result.problems).toEqual([])
    expect(result.checked!.layers.map(({ path }) => path)).toEqual(['flatten', 'fc'])
    expect(blockPaths(off, result)).toEqual([])
    expect(buildDiagram(off, result, new Set()).units).toHaveLength(4)
  })

  it('10,000 layers are within the limit, one more is not', () => {
    const of = (count: number): Architecture =>
      draw(sequence([repeated('r', 'b', 2), ...head]), { b: made(repeated('a', 'one', count)), one: made(relu) })
    expect(checkArchitecture(of(1000)).checked!.layers).toHaveLength(2002)
    const wide = (count: number): Architecture =>
      draw(
        sequence([
          repeated('r', 'ten', 999),
          ...Array.from({ length: count }, (_, i) => layer(`r${i}`, 'ReLU')),
          ...head
        ]),
        {
          ten: made(...Array.from({ length: 10 }, (_, index) => layer(`r${index}`, 'ReLU')))
        }
      )
    expect(measureExtent(wide(8)).extent).toMatchObject({ layers: 10_000 })
    expect(measureExtent(wide(9)).problem).toMatchObject({ code: 'too-many-layers', path: '' })
  })

  it('a fault in a thousand instances is told a thousand times at most', () => {
    const architecture = draw(sequence([repeated('r', 'b', 1000), ...head]), {
      b: made(...Array.from({ length: 9 }, (_, index) => ({ ...layer(`x${index}`, 'ReLU'), when: '=nothing' })))
    })
    expect(checkArchitecture(architecture).problems).toHaveLength(LIMITS.problems)
  })

  it('a text in an expression cannot grow without end', () => {
    const scope = new Map([['s', 'x'.repeat(150)]])
    expect(() => evaluateExpression('=s + s', scope)).toThrow(/too long/)
    expect(evaluateExpression("=s + 'y'", scope)).toHaveLength(151)
  })
})

describe('the whole network', () => {
  it('opens no more blocks at once than can be drawn, the outer ones first', () => {
    const architecture = draw(sequence([repeated('r', 'b', 900), ...head]), { b: made(relu) })
    const result = checkArchitecture(architecture)
    expect(pathsToOpen(architecture, result)).toEqual([])
    const seed = presets['seed-resnet'].architecture
    const seedResult = checkArchitecture(seed)
    expect(new Set(pathsToOpen(seed, seedResult))).toEqual(new Set(blockPaths(seed, seedResult)))
    expect(blockPaths(seed, seedResult)).toContain('block3.1')
    expect(pathsToOpen(seed, seedResult, 20).every((path) => !path.includes('.'))).toBe(true)
  })
})

describe('PyTorch code', () => {
  it('is not worked out again for each instance: 15 levels of growing blocks that a condition keeps away', () => {
    const level = (name: string): Architecture['blocks'][string] => ({
      parameters: [{ name: 'deep', type: 'boolean', default: false }],
      graph: sequence(
        [0, 1, 2, 3].map((index) => ({ ...repeated(`a${index}`, name, 1000, { deep: '=deep' }), when: '=deep' }))
      )
    })
    const blocks = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`b${index}`, level(`b${index + 1}`)]))
    const grow: Architecture['blocks'][string] = {
      parameters: [{ name: 'deep', type: 'boolean', default: false }],
      graph: sequence([layer('cat', 'Concatenate'), layer('again', 'Concatenate')], {
        nodes: [],
        edges: [join('input', 'cat', 1), join('cat', 'again', 1)]
      })
    }
    const architecture = draw(sequence([block('a', 'b0', {}), ...head]), { ...blocks, b14: grow })
    expect(checkArchitecture(architecture).problems).toEqual([])
    expect(pytorchCode(architecture)).toContain('class B13(nn.Module)')
  })

  it('says that a block stands in itself, where only a condition ends it', () => {
    const blocks = {
      self: {
        parameters: [{ name: 'deep', type: 'boolean' as const, default: false }],
        graph: sequence([on(block('again', 'self', { deep: '=deep' }) as BlockNode, { when: '=deep' })])
      }
    }
    const architecture = draw(sequence([block('a', 'self', {}), ...head]), blocks)
    expect(checkArchitecture(architecture).problems).toEqual([])
    expect(() => pytorchCode(architecture)).toThrow(/cannot stand inside itself/)
  })

  it('channels that double with each layer are not written down', () => {
    const cats = Array.from({ length: 12 }, (_, index) => layer(`cat${index}`, 'Concatenate'))
    const before = (index: number): string => (index === 0 ? 'input' : `cat${index - 1}`)
    const graph = sequence([...cats, layer('conv', 'Conv2d', { out_channels: 4, kernel_size: 1 })], {
      nodes: [],
      edges: cats.map(({ id }, index) => join(before(index), id, 1))
    })
    const architecture = draw(sequence([on(block('b', 'grow', {}) as BlockNode, { bypassed: true }), ...head]), {
      grow: { parameters: [], graph }
    })
    expect(pytorchCode(architecture)).not.toContain('class Grow')
    const used = draw(sequence([block('b', 'grow', {}), ...head]), { grow: { parameters: [], graph } })
    expect(() => pytorchCode(used)).toThrow(/channels that enter conv/)
  })
})

describe('documents', () => {
  const read = (text: string): unknown => parseArchitecture(text, 'a.json')
  const wrap = (extra: string): string => `{"format":"residuum.architecture","version":1,"x":${extra}}`

  it.each([
    ['depth', '['.repeat(1_000_000) + ']'.repeat(1_000_000), /more than 100 levels/],
    ['values', wrap(`[${'0,'.repeat(400_000)}0]`), /more than 300000 values/],
    ['length', wrap(JSON.stringify('x'.repeat(LIMITS.documentBytes))), /more than 8000000 characters/],
    ['an unfinished text', `{"a":"${'\\'.repeat(101)}`, /JSON/],
    ['a format that is no name', '{"format":[[[1]]]}', /its format is \[…\] instead of/]
  ])('%s: refused by counting', (_, text, expected) => {
    expect(() => read(text)).toThrow(expected)
    expect(() => parseDocument(text, 'e.json', 'residuum.experiment', experimentSchema, 'experiment-file')).toThrow()
  })

  it('what looks deep inside a text is not', () => {
    const description = '[{'.repeat(200) + '\\"'
    const architecture = { ...seedResnet(), description }
    expect(read(JSON.stringify(architecture))).toMatchObject({ description })
  })

  it('of many faults the first is told, with its place', () => {
    const nodes = Array.from({ length: 4000 }, (_, index) => ({
      type: 'layer',
      id: `n${index}`,
      kind: 'ReLU',
      attributes: index === 1 ? { slope: {} } : {}
    }))
    nodes[2]!.id = '!'
    const result = architectureSchema.safeParse({ ...seedResnet(), graph: { nodes, edges: [] } })
    expect(result.error!.issues.map(({ path }) => path.join('.'))).toEqual(['graph.nodes.1.attributes.slope'])
  })

  it('a node has at most 64 attributes, all drawings together at most 10,000 nodes', () => {
    const attributes = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, 1]))
    const one = draw(sequence([layer('r', 'ReLU', attributes), ...head]))
    expect(() => read(JSON.stringify(one))).toThrow(/graph.nodes.1.attributes: must have at most 64 values/)
    const full = made(...Array.from({ length: 4000 }, (_, index) => layer(`r${index}`, 'ReLU')))
    const three = draw(sequence(head), { a: full, b: full, c: full })
    expect(() => read(JSON.stringify(three))).toThrow(/more than 10000 nodes/)
    expect(() => withinLimits(three)).toThrow(/10000 nodes/)
    expect(withinLimits(seedResnet())).toEqual(seedResnet())
  })

  it('names that objects have of themselves are refused everywhere', () => {
    const text = JSON.stringify(seedResnet()).replace('"blocks":{', '"blocks":{"__proto__":{"parameters":[]},')
    expect(() => read(text)).toThrow(/blocks.__proto__: /)
  })

  it('a message of too many values is refused, whatever its depth', () => {
    let deep: unknown = 0
    for (let level = 0; level < LIMITS.documentValues; level++) deep = [deep]
    expect(hasTooManyValues(deep)).toBe(true)
    expect(hasTooManyValues(new Uint8Array(10_000_000))).toBe(false)
    expect(hasTooManyValues(presetExperiment('googlenet-small'))).toBe(false)
  })
})

describe('edits', () => {
  it('a block of a million nodes is not laid out in its drawing', () => {
    const architecture = draw(sequence([repeated('r', 'b', 1000), ...head]), {
      b: made(...Array.from({ length: 1000 }, (_, index) => layer(`r${index}`, 'ReLU')))
    })
    expect(() => detach(architecture, null, 'r')).toThrow(/too large to be saved/)
  })

  it('a fragment from the clipboard keeps to the limits of a drawing', () => {
    const nodes = Array.from({ length: 4000 }, (_, index) => layer(`r${index}`, 'ReLU'))
    const fragment = { format: 'residuum.fragment', version: 1, nodes, edges: [], blocks: {} }
    const parsed = parseFragment(JSON.stringify(fragment))!
    const { architecture } = paste(draw(sequence(head)), null, parsed)
    expect(architecture.graph.nodes).toHaveLength(4004)
    expect(() => withinLimits(paste(architecture, null, parsed).architecture)).toThrow(/too large to be saved/)
    expect(parseFragment(JSON.stringify({ ...fragment, x: '['.repeat(9_000_000) }))).toBeNull()
    expect(parseFragment(`{"format":"residuum.fragment","x":${'['.repeat(1000)}${']'.repeat(1000)}}`)).toBeNull()
    expect(fragmentSchema.safeParse({ ...fragment, nodes: [] }).success).toBe(false)
  })
})
