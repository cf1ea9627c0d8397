import { describe, expect, it } from 'vitest'
import { compileNetwork } from '../../src/main/engine/compile'
import type { EvaluationResult } from '../../src/main/engine/compiledNetwork'
import type { TestTimeAugmentation } from '../../src/shared/experiment/augmentation'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { checkedOf } from '../support/networkRuns'

const BATCH = 4
const PIXELS = 4

/** What a network whose logits are `weights` times the values of a picture, 2 x 2, makes of `pictures`. */
async function evaluate(
  weights: readonly (readonly number[])[],
  pictures: readonly (readonly number[])[],
  testTimeAugmentation: TestTimeAugmentation = 'none'
): Promise<EvaluationResult> {
  const classes = weights.length
  const checked = checkedOf({
    ...seedResnet(),
    input: { channels: 1, height: 2, width: 2 },
    classes,
    blocks: {},
    graph: sequence([layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: classes })])
  })
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 0.1 })
  const network = await compileNetwork(checked, { optimizer, testTimeAugmentation }, { kind: 'fed' })
  try {
    network.writeState(
      new Map([
        ['fc.weight', Float32Array.from(weights.flat())],
        ['fc.bias', new Float32Array(classes)]
      ])
    )
    return network.evaluate({ images: Float32Array.from(pictures.flat()), labels: labelsOf(pictures, classes) })
  } finally {
    network.close()
  }
}

const labelsOf = (pictures: readonly unknown[], classes: number): Int32Array =>
  Int32Array.from(pictures, (_, index) => (index * 7) % classes)

/** The mean over the views of a picture. */
const seen = ([a, b, c, d]: readonly number[], views: 'none' | 'flip'): number[] =>
  views === 'none' ? [a!, b!, c!, d!] : [(a! + b!) / 2, (a! + b!) / 2, (c! + d!) / 2, (c! + d!) / 2]

const product = (weights: readonly (readonly number[])[], values: readonly number[]): number[] =>
  weights.map((row) => row.reduce((sum, weight, index) => sum + weight * values[index]!, 0))

/** Classes by their logits, of equals the lower first, and the softmax, in float64. */
function plainly(logits: readonly number[]): { order: number[]; probabilities: number[] } {
  const largest = Math.max(...logits)
  const powers = logits.map((logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  const order = logits.map((_, index) => index).sort((a, b) => logits[b]! - logits[a]! || a - b)
  return { order, probabilities: powers.map((power) => power / sum) }
}

const spread = (rows: number, scale: number): number[][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: PIXELS }, (_, column) => scale * Math.sin((row * PIXELS + column + 1) * 12.9898))
  )

describe('an evaluation', () => {
  it.each([
    ['of twelve classes tells five', 12, 'none', 5],
    ['of twelve classes by two views tells five', 12, 'flip', 5],
    ['of five tells all', 5, 'none', 5],
    ['of three tells all', 3, 'flip', 3],
    ['of one tells it', 1, 'none', 1]
  ] as const)('%s, with the probabilities of their logits and the true class’s', async (_, classes, views, k) => {
    const [weights, pictures] = [spread(classes, 2), spread(BATCH, 1)]
    const labels = labelsOf(pictures, classes)
    const evaluated = await evaluate(weights, pictures, views)
    expect(evaluated.k).toBe(k)
    expect(evaluated.labels).toEqual(labels)
    expect(evaluated.classes).toHaveLength(BATCH * k)
    for (let picture = 0; picture < BATCH; picture++) {
      const { order, probabilities } = plainly(product(weights, seen(pictures[picture]!, views)))
      expect([...evaluated.classes.subarray(picture * k, (picture + 1) * k)]).toEqual(order.slice(0, k))
      for (let rank = 0; rank < k; rank++) {
        expect(evaluated.probabilities[picture * k + rank]).toBeCloseTo(probabilities[order[rank]!]!, 6)
      }
      expect(evaluated.trueProbability[picture]).toBeCloseTo(probabilities[labels[picture]!]!, 6)
    }
  })

  it('puts the lower class first of equal ones, and orders by logits those whose probabilities are zero', async () => {
    const equal = Array.from({ length: 8 }, (_, row) => [row === 5 ? 1 : row === 2 || row === 6 ? 0.5 : 0, 0, 0, 0])
    const picture = Array.from({ length: BATCH }, () => [1, 0, 0, 0])
    const ties = await evaluate(equal, picture)
    expect([...ties.classes.subarray(0, 5)]).toEqual([5, 2, 6, 0, 1])
    const far = await evaluate(
      [0, 1000, 200, 600, 400, 800].map((logit) => [logit, 0, 0, 0]),
      picture
    )
    expect([...far.classes.subarray(0, 5)]).toEqual([1, 5, 3, 4, 2])
    expect([...far.probabilities.subarray(0, 5)]).toEqual([1, 0, 0, 0, 0])
  })
})
