import { describe, expect, it } from 'vitest'
import { compareArchitectures } from '../../../src/shared/architecture/difference'
import type { Architecture } from '../../../src/shared/architecture/schema'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../src/shared/presets/seedResnet'

/** The same with every node elsewhere, those within blocks too. */
function moved(architecture: Architecture): Architecture {
  const copy = structuredClone(architecture)
  const graphs = [copy.graph, ...Object.values(copy.blocks).map(({ graph }) => graph)]
  for (const node of graphs.flatMap(({ nodes }) => nodes)) node.position = { x: 17, y: -3 }
  return copy
}
const counts = (before: Architecture, after: Architecture): number[] =>
  compareArchitectures(before, after).map(({ count }) => count)

describe('two versions of a drawing', () => {
  it.each([
    ['lenet-5', lenet5()],
    ['the seed', seedResnet()]
  ])('%s do not differ by where nodes stand', (_, drawing) => {
    expect(counts(drawing, moved(drawing))).toEqual(counts(drawing, drawing))
    // Nor where one version has no places yet, as a drawing from a file.
    const placeless = structuredClone(drawing)
    for (const node of placeless.graph.nodes) delete node.position
    for (const pair of [
      [placeless, moved(drawing)],
      [moved(drawing), placeless]
    ] as const) {
      for (const { nodes, count } of compareArchitectures(...pair)) {
        expect(count).toBe(0)
        expect(nodes.flatMap(({ changes }) => changes)).toEqual([])
      }
    }
  })

  it('that moved and changed tell the change alone', () => {
    const after = moved(lenet5())
    const conv = after.graph.nodes.find(({ id }) => id === 'conv1')!
    if (conv.type === 'layer') conv.attributes.out_channels = 7
    const [network] = compareArchitectures(lenet5(), after)
    expect(network!.count).toBe(1)
    expect(network!.nodes.find(({ node }) => node.id === 'conv1')).toMatchObject({
      state: 'changed',
      changes: [{ name: 'out_channels', before: '6', after: '7' }]
    })
  })

  it('tell what the network and blocks have of their own', () => {
    const after = structuredClone(seedResnet())
    after.input.height = 40
    const [block] = Object.values(after.blocks)
    Object.assign(block!.parameters[0]!, { default: 17 })
    const [network, first] = compareArchitectures(seedResnet(), after)
    expect([network!.count, network!.changes]).toEqual([1, [{ name: 'height', before: '96', after: '40' }]])
    expect([first!.count, first!.changes]).toEqual([
      1,
      [{ name: `${block!.parameters[0]!.name}.default`, before: expect.anything(), after: '17' }]
    ])
  })

  it('tell connections that came and went', () => {
    const after = structuredClone(lenet5())
    const gone = after.graph.edges.find(({ source }) => source === 'relu1')!
    gone.source = 'conv1'
    const [network] = compareArchitectures(lenet5(), after)
    const states = network!.edges
      .filter(({ state }) => state !== 'same')
      .map(({ edge, state }) => `${edge.source} ${state}`)
    expect(states.sort()).toEqual(['conv1 added', 'relu1 removed'])
    expect(network!.count).toBe(2)
  })

  it('have the drawings that only one of them has', () => {
    const drawings = compareArchitectures(lenet5(), { ...lenet5(), blocks: seedResnet().blocks })
    expect(drawings.map(({ drawing }) => drawing)).toEqual([null, 'residual'])
    const inside = seedResnet().blocks.residual!.graph
    expect(drawings[1]!.count).toBe(inside.nodes.length + inside.edges.length)
    expect(drawings[1]!.nodes.every(({ state }) => state === 'added')).toBe(true)
  })
})
