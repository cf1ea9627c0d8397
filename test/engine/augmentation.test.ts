import { describe, expect, it } from 'vitest'
import { augmentationSchema } from '../../src/shared/experiment/augmentation'
import { augmentationInputs, cutOut, rearrange, recolour } from '../../src/main/engine/input/augmentation'
import { drawAugmentation, sourceLines } from '../../src/main/engine/input/augmentationDraw'
import { gradients } from '../../src/main/engine/graph/gradients'
import { Graph, type Tensor } from '../../src/main/engine/graph/graph'
import { cast, constant, identity, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { crossEntropy } from '../../src/main/engine/graph/ops/loss'
import { gather, transpose } from '../../src/main/engine/graph/ops/shape'
import { Session, type Feed } from '../../src/main/engine/graph/session'
import { testViews } from '../../src/main/engine/input/testTime'
import { readFixture, relativeError } from './support'

const fixture = readFixture('augmentation')
const [count, height, width] = [4, 8, 9]
const pictures: Feed = {
  values: Int32Array.from(fixture.tensors.get('pictures')!.values),
  shape: [count, 3, height, width]
}
const list = (name: string): number[] => [...fixture.tensors.get(name)!.values]

/** Runs a graph made of fed tensors once. */
async function evaluate(
  feeds: Record<string, Feed>,
  build: (graph: Graph, inputs: Record<string, Tensor>) => Record<string, Tensor>
): Promise<Record<string, Float32Array | Int32Array>> {
  const graph = new Graph()
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { values, shape }]) => [
      name,
      placeholder(graph, values instanceof Int32Array ? 'int32' : 'float32', shape)
    ])
  )
  const outputs = Object.fromEntries(
    Object.entries(build(graph, inputs)).map(([name, tensor]) => [name, identity(graph, tensor)])
  )
  const session = await Session.open(graph, { run: { inputs, outputs } })
  const result = session.run('run', feeds)
  session.close()
  return result
}

describe('augmented pictures equal PyTorch', () => {
  it.each(['zeros', 'reflect'] as const)('flip, crop with %s, and translation', async (mode) => {
    const rules = augmentationSchema.parse({ horizontalFlip: 'random', crop: { padding: 3, mode }, translation: 8 })
    const [crops, moves, flips] = [list('crops'), list('moves'), list('flips')]
    const lines = (size: number, axis: 0 | 1): Feed => ({
      values: Int32Array.from(
        flips.flatMap((flip, picture) => {
          const shift = { crop: crops[2 * picture + axis]!, translation: moves[2 * picture + axis]! }
          return [...sourceLines(rules, size, shift, axis === 1 && flip === 1)]
        })
      ),
      shape: [count, size]
    })
    const feeds = { pictures, rows: lines(height, 0), columns: lines(width, 1) }
    const { moved } = await evaluate(feeds, (graph, { pictures: fed, rows, columns }) => {
      const bytes = { ...cast(graph, fed!, 'uint8'), shape: [null, 3, height, width] }
      return { moved: cast(graph, rearrange(graph, bytes, { rows, columns }, rules), 'int32') }
    })
    expect([...moved!]).toEqual(list(`moved.${mode}`))
  })

  it('brightness and contrast', async () => {
    const feeds = {
      pictures,
      brightness: { values: fixture.floats('brightness'), shape: [count] },
      contrast: { values: fixture.floats('contrast'), shape: [count] }
    }
    const { coloured } = await evaluate(feeds, (graph, { pictures: fed, ...factors }) => {
      const pixels = transpose(graph, cast(graph, fed!, 'float32'), [0, 2, 3, 1])
      return { coloured: transpose(graph, recolour(graph, pixels, factors), [0, 3, 1, 2]) }
    })
    const expected = fixture.floats('coloured').map((value) => 255 * value)
    expect(relativeError(coloured!, expected)).toBeLessThan(1e-6)
  })

  it('the loss and gradient of mixed targets', async () => {
    const feeds = {
      logits: { values: fixture.floats('mixup.logits'), shape: [5, 4] },
      labels: { values: fixture.tensors.get('mixup.labels')!.values as Int32Array, shape: [5] },
      partner: { values: fixture.tensors.get('mixup.partner')!.values as Int32Array, shape: [5] }
    }
    const { loss, gradient } = await evaluate(feeds, (graph, { logits, labels, partner }) => {
      const mixture = { labels: gather(graph, labels!, partner!), share: constant(graph, 0.7) }
      const { mean } = crossEntropy(graph, logits!, labels!, { smoothing: 0.1, mixture })
      return { loss: mean, gradient: gradients(graph, mean, constant(graph, 1), [logits!])[0]! }
    })
    expect(relativeError(loss!, fixture.floats('mixup.loss'))).toBeLessThan(1e-6)
    expect(relativeError(gradient!, fixture.floats('mixup.gradient'))).toBeLessThan(1e-6)
  })

  it('cutout clears just the square', async () => {
    const feeds = {
      x: { values: new Float32Array(2 * 4 * 5 * 2).fill(3), shape: [2, 4, 5, 2] },
      top: { values: Int32Array.of(1, -1), shape: [2] },
      left: { values: Int32Array.of(3, 1), shape: [2] }
    }
    const { y } = await evaluate(feeds, (graph, { x, top, left }) => ({
      y: cutOut(graph, x!, { cutoutTop: top, cutoutLeft: left }, 2)
    }))
    const cleared = (picture: number) =>
      [...y!.slice(picture * 40, (picture + 1) * 40)].flatMap((value, place) => (value === 0 ? [place >> 1] : []))
    expect([...new Set(cleared(0))]).toEqual([8, 9, 13, 14])
    expect([...new Set(cleared(1))]).toEqual([1, 2])
    expect(cleared(0).length + cleared(1).length).toBe(12)
    expect(y!.filter((value) => value === 3)).toHaveLength(80 - 12)
  })

  it('views of a test picture: itself, mirrored, moved by a pixel', async () => {
    const row = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
    const feeds = { x: { values: row, shape: [1, 3, 3, 1] } }
    const results = await evaluate(feeds, (graph, { x }) =>
      Object.fromEntries(testViews(graph, x!, 'flip-shift').map((view, index) => [`view${index}`, view.x]))
    )
    expect([...results.view0!]).toEqual([...row])
    expect([...results.view1!]).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7])
    expect([...results.view2!]).toEqual([5, 4, 5, 2, 1, 2, 5, 4, 5])
    expect([...results.view3!]).toEqual([5, 4, 5, 2, 1, 2, 5, 4, 5])
    expect([...results.view4!]).toEqual([5, 6, 5, 8, 9, 8, 5, 6, 5])
    const graph = new Graph()
    const x = placeholder(graph, 'float32', [null, 3, 3, 1])
    for (const kind of ['none', 'flip', 'flip-shift'] as const) {
      expect(testViews(graph, x, kind).reduce((sum, { weight }) => sum + weight, 0)).toBe(1)
    }
  })
})

describe('what is drawn', () => {
  const settings = {
    indices: Int32Array.from({ length: 400 }, (_, index) => 3 * index),
    source: { height: 6, width: 7 },
    input: { height: 12, width: 14 },
    seed: 5,
    epoch: 0,
    step: 9
  }
  const all = augmentationSchema.parse({
    horizontalFlip: 'random',
    crop: { padding: 2 },
    translation: 1,
    cutout: 4,
    brightness: 0.4,
    contrast: 1,
    mixup: 0.3
  })

  it('has just the feeds that the graph has, and repeats for the same seed and step only', () => {
    const drawn = drawAugmentation(all, settings)
    const graph = new Graph()
    expect(Object.keys(drawn).sort()).toEqual(Object.keys(augmentationInputs(graph, all, settings.source)).sort())
    expect(drawAugmentation(all, settings)).toEqual(drawn)
    expect(drawAugmentation(all, { ...settings, step: 10 })).not.toEqual(drawn)
    expect(drawAugmentation(all, { ...settings, seed: 6 })).not.toEqual(drawn)
    expect(drawAugmentation(augmentationSchema.parse({}), settings)).toEqual({})
  })

  it('stays within its bounds and reaches them', () => {
    const { brightness, contrast, cutoutTop, share, partner } = drawAugmentation(all, settings)
    const range = ({ values }: Feed): [number, number] => [Math.min(...values), Math.max(...values)]
    expect(range(brightness!)[0]).toBeGreaterThanOrEqual(0.6)
    expect(range(brightness!)[0]).toBeLessThan(0.65)
    expect(range(brightness!)[1]).toBeGreaterThan(1.35)
    expect(range(contrast!)[1]).toBeLessThanOrEqual(2)
    expect(range(cutoutTop!)).toEqual([-2, 9])
    expect([...partner!.values].sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index))
    expect(share!.values[0]).toBeGreaterThan(0)
    expect(share!.values[0]).toBeLessThan(1)
  })

  it('flips half of the pictures at random; alternating, each one every other epoch', () => {
    const flipped = (horizontalFlip: 'random' | 'alternating', epoch: number): boolean[] => {
      const rules = augmentationSchema.parse({ horizontalFlip })
      const { columns } = drawAugmentation(rules, { ...settings, epoch })
      return Array.from({ length: 400 }, (_, picture) => columns!.values[7 * picture] === 6)
    }
    for (const kind of ['random', 'alternating'] as const) {
      const half = flipped(kind, 0).filter(Boolean).length
      expect(half).toBeGreaterThan(150)
      expect(half).toBeLessThan(250)
    }
    const first = flipped('alternating', 0)
    expect(flipped('alternating', 1)).toEqual(first.map((flip) => !flip))
    expect(flipped('alternating', 2)).toEqual(first)
  })

  it.each([0.2, 1, 4])('mixes with shares of mean 1/2 and the variance of Beta(%f)', (mixup) => {
    const rules = augmentationSchema.parse({ mixup })
    const shares = Array.from(
      { length: 4000 },
      (_, step) => drawAugmentation(rules, { ...settings, indices: Int32Array.of(0), step }).share!.values[0]!
    )
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length
    expect(mean).toBeCloseTo(0.5, 1)
    expect(variance / (0.25 / (2 * mixup + 1))).toBeGreaterThan(0.9)
    expect(variance / (0.25 / (2 * mixup + 1))).toBeLessThan(1.1)
  })
})
