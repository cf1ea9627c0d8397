import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../../src/shared/architecture/check'
import { locate } from '../../../../src/shared/architecture/locate'
import { presets } from '../../../../src/shared/presets'
import { findNodes } from '../../../../src/renderer/architecture/editing/find'

const { architecture } = presets['resnet-20']
const paths = [...checkArchitecture(architecture).summaries.keys()]
const find = (typed: string) => findNodes(architecture, typed, paths)

describe('finding nodes', () => {
  it('finds a node of a block once, by its first instance, however often the block is used', () => {
    const hits = find('conv2').filter(({ id }) => id === 'conv2')
    expect(hits.map(({ path }) => path)).toEqual(['layer1.0.conv2'])
  })

  it('gives every path of which a node is found', () => {
    for (const { path, id } of find('conv')) expect(locate(architecture, path!)?.node?.id).toBe(id)
  })

  it('has the name itself before names that begin so, these before names that hold it, and kinds last', () => {
    const names = find('bn1').map(({ id }) => id)
    expect(names[0]).toBe('bn1')
    const kinds = find('batchnorm')
    expect(kinds.length).toBeGreaterThan(2)
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['BatchNorm2d']))
    const [first] = find('CONV1')
    expect(first).toMatchObject({ id: 'conv1', path: 'conv1' })
  })

  it('takes what has a dot for a part of a path, of every instance', () => {
    expect(find('.1.conv2').map(({ path }) => path)).toEqual(['layer1.1.conv2', 'layer2.1.conv2', 'layer3.1.conv2'])
  })

  it('finds what is in a block that is nowhere used, and nothing where nothing was typed', () => {
    const alone = { ...architecture, graph: { ...architecture.graph, nodes: [], edges: [] } }
    const hits = findNodes(alone, 'conv1', [])
    expect(hits.map(({ drawing, path }) => [drawing, path])).toEqual([['basic', null]])
    expect(find('  ')).toEqual([])
  })
})
