import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../src/main/engine/compile'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { join, layer } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'

const SIDE = 16
const COUNT = SIDE * SIDE

describe('Dropout', () => {
  it('layers draw each for itself, and another draw at another step', async () => {
    const { checked, problems } = checkArchitecture({
      ...seedResnet(),
      input: { channels: 1, height: SIDE, width: SIDE },
      classes: COUNT,
      blocks: {},
      graph: {
        nodes: [
          { type: 'input', id: 'input' },
          layer('first', 'Dropout', { p: 0.5 }),
          layer('second', 'Dropout', { p: 0.5 }),
          layer('triple', 'Scale', { factor: 3 }),
          layer('sum', 'Add'),
          layer('flatten', 'Flatten'),
          layer('scores', 'Linear', { out_features: COUNT, bias: false }),
          { type: 'output', id: 'output' }
        ],
        edges: [
          join('input', 'first'),
          join('input', 'second'),
          join('second', 'triple'),
          join('first', 'sum'),
          join('triple', 'sum', 1),
          join('sum', 'flatten'),
          join('flatten', 'scores'),
          join('scores', 'output')
        ]
      }
    })
    expect(problems).toEqual([])
    const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 1 })
    const network = await compileNetwork(checked!, { optimizer }, { kind: 'fed' }, { probe: true })
    const identity = Float32Array.from({ length: COUNT * COUNT }, (_, place) => Number(place % (COUNT + 1) === 0))
    network.writeState(new Map([['scores.weight', identity]]))
    const batch = { images: new Float32Array(COUNT).fill(1), labels: Int32Array.of(0) }
    // What is kept is"triple": 2 from the first layer alone, 6 from the second alone, 8 from both.
    const logits = network.probe('train', batch).logits
    const share = (value: number): number => logits.filter((logit) => logit === value).length / COUNT
    for (const value of [0, 2, 6, 8]) {
      expect(share(value), String(value)).toBeGreaterThan(0.15)
      expect(share(value), String(value)).toBeLessThan(0.35)
    }
    expect([...network.probe('evaluate', batch).logits]).toEqual(Array(COUNT).fill(4))
    const losses = [0, 1].map((step) => network.trainStep(batch, { learningRate: 0, seed: 0, step }).loss)
    expect(losses[0]).not.toBe(losses[1])
    network.close()
  })
})
