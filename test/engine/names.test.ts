import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import type { Architecture } from '../../src/shared/architecture/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { block, join, layer, sequence } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { compileNetwork } from '../../src/main/engine/compile'
import { initialState, namedParameters } from '../../src/main/engine/weights'

const small = (graph: Architecture['graph'], blocks: Architecture['blocks'] = {}): Architecture => ({
  ...seedResnet(),
  input: { channels: 2, height: 1, width: 1 },
  classes: 2,
  graph,
  blocks
})

describe('names that users choose meet none of the engine’s own', () => {
  it('a layer called input beside an input node of another name', async () => {
    const { checked, problems } = checkArchitecture(
      small({
        nodes: [
          { type: 'input', id: 'picture' },
          layer('input', 'Scale', { factor: 5 }),
          layer('sum', 'Add'),
          layer('flatten', 'Flatten'),
          layer('fc', 'Linear', { out_features: 2, bias: false }),
          { type: 'output', id: 'scores' }
        ],
        edges: [
          join('picture', 'input'),
          join('picture', 'sum'),
          join('input', 'sum', 1),
          join('sum', 'flatten'),
          join('flatten', 'fc'),
          join('fc', 'scores')
        ]
      })
    )
    expect(problems).toEqual([])
    const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 1 })
    const network = await compileNetwork(checked!, { optimizer }, { kind: 'fed' }, { probe: true })
    network.writeState(new Map([['fc.weight', Float32Array.of(1, 0, 0, 1)]]))
    const batch = { images: Float32Array.of(0.5, -2), labels: Int32Array.of(0) }
    for (const mode of ['train', 'evaluate'] as const) expect([...network.probe(mode, batch).logits]).toEqual([3, -12])
    network.close()
  })

  it.each(['slow', 'average', 'momentum_buffer'])('a block called %s beside what the optimizer keeps', async (name) => {
    /** A layer outside the block and one of the same name inside. */
    const drawing = (called: string): Architecture =>
      small(
        sequence([
          layer('conv', 'Conv2d', { out_channels: 2, kernel_size: 1 }),
          block(called, 'part', {}),
          layer('flatten', 'Flatten'),
          layer('fc', 'Linear', { out_features: 2 })
        ]),
        {
          part: { parameters: [], graph: sequence([layer('conv', 'Conv2d', { out_channels: 2, kernel_size: 1 })]) }
        }
      )
    const train = async (called: string) => {
      const { checked } = checkArchitecture(drawing(called))
      const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 0.1, momentum: 0.9 })
      const rules = { optimizer, lookahead: { steps: 2, alpha: 0.5 }, averaging: { decay: 0.5 } }
      const network = await compileNetwork(checked!, rules, { kind: 'fed' })
      const initial = [...initialState(checked!, 'default', 0)]
      // The same values whatever the block is called.
      network.writeState(new Map(initial.map(([key, values], index) => [key, values.fill((index - 2) / 4)])))
      const batch = { images: Float32Array.of(1, -2, 0.5, 3), labels: Int32Array.of(0, 1) }
      for (let step = 0; step < 3; step++) network.trainStep(batch, { learningRate: 0.1, seed: 0, step })
      const state = network.readState()
      network.close()
      return { state, parameters: namedParameters(checked!) }
    }
    const { state, parameters } = await train(name)
    expect(state.size).toBe(4 * parameters.length)
    expect([...state.values()]).toEqual([...(await train('plain')).state.values()])
  })
})
