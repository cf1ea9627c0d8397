import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { expect, it } from 'vitest'
import { layers, type AttributesOf, type LayerKind } from '../../src/shared/architecture/layers'
import type { Shape } from '../../src/shared/architecture/layer'
import { Graph, type Tensor } from '../../src/main/engine/graph/graph'
import { constant, identity, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { DIRECT } from '../../src/main/engine/graph/ops/convolution'
import { batchNorm } from '../../src/main/engine/graph/ops/normalization'
import { assignCopy, moveTowards, read, variable } from '../../src/main/engine/graph/ops/variable'
import { Session } from '../../src/main/engine/graph/session'
import { emitters } from '../../src/main/engine/layers'
import type { LayerContext, LayerEmitter } from '../../src/main/engine/layers/context'
import { randomStream } from '../../src/main/engine/random'
import { drawn, draws, scan, scanned, SEED, wrongKernels, type Expected, type KernelCase } from '../support/kernelScan'
import { momentsOf, naiveNormalization, naiveResponse } from '../support/naiveNormalization'
import { naivePooling, randomPooling, spansOf, type PoolingCase } from '../support/naivePooling'

/**
 * Poolings and normalisations beside their definition in float64, over random shapes, values and all gradients.
 * `RESIDUUM_SCAN=3000 npx vitest run test/engine/layerKernels.test.ts` looks at that many of each instead of a few.
 */
const COUNT = scanned(30)
/** Of the size of what is summed; float32. */
const TOLERANCE = 1e-5
const LONG = { timeout: 3_600_000 }

/** A layer as a network has it, its parameters fed. */
function emitted<K extends LayerKind>(
  kind: K,
  attributes: AttributesOf<K>,
  shape: Shape,
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>
): { y: Tensor } {
  const { outputShape } = layers[kind] as { outputShape(attributes: unknown, inputs: readonly Shape[]): Shape }
  const missing = (): never => {
    throw new Error('no such layer is scanned')
  }
  const context: LayerContext = {
    graph,
    mode: 'train',
    outputShape: outputShape(attributes, [shape]),
    parameter: (name) => inputs[name]!,
    variable: missing,
    update: missing,
    seed: missing,
    productType: 'float32',
    plan: DIRECT
  }
  return { y: (emitters[kind] as LayerEmitter<AttributesOf<K>>)(context, attributes, [inputs.x!]) }
}

it.each(['MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d'] as const)('%s equals its definition', LONG, async (kind) => {
  const random = randomStream(SEED, kind)
  const draw = (): KernelCase => {
    const own = randomPooling(random, kind)
    const { batch, size, channels, attributes } = own
    const x = drawn(random, [batch, ...size, channels])
    // As behind a ReLU: of many zeros the first is the largest.
    const ties = draws(random).one(true, false)
    if (ties) x.values = x.values.map((value) => Math.max(0, value))
    return {
      words: `${kind} of ${JSON.stringify({ ...own, ties })}`,
      inputs: { x },
      build: (graph, inputs) => {
        const built = emitted(kind, attributes, [channels, ...size], graph, inputs)
        expect(built.y.shape.slice(1, 3)).toEqual(spansOf(own).map((spans) => spans.length))
        return built
      },
      reference: (given, slope) => {
        const { y, dx } = naivePooling(own, given.x!, slope)
        return { y: { values: y }, dx: { values: dx } }
      },
      tolerance: TOLERANCE
    }
  }
  expect(await scan(COUNT, draw)).toEqual([])
})

// A window that keeps the size: TensorFlow's own padding has its places, and never counts it.
it.each([
  [[3, 3], true],
  [[3, 3], false],
  [[5, 5], true],
  [[3, 1], true]
] as const)('AvgPool2d of %j that keeps the size, padding counted: %s', async (kernel_size, count_include_pad) => {
  const random = randomStream(SEED, 'average')
  const cases = ([1, 2] as const).map((batch): KernelCase => {
    const padding: [number, number] = [(kernel_size[0] - 1) / 2, (kernel_size[1] - 1) / 2]
    const own: PoolingCase = {
      kind: 'AvgPool2d',
      batch,
      size: [5, 6],
      channels: 2,
      attributes: {
        kernel_size: [...kernel_size],
        stride: [1, 1],
        padding,
        ceil_mode: false,
        count_include_pad,
        output_size: [1, 1]
      }
    }
    return {
      words: JSON.stringify(own),
      inputs: { x: drawn(random, [batch, 5, 6, 2]) },
      build: (graph, inputs) => emitted('AvgPool2d', own.attributes, [2, 5, 6], graph, inputs),
      reference: (given, slope) => {
        const { y, dx } = naivePooling(own, given.x!, slope)
        return { y: { values: y }, dx: { values: dx } }
      },
      tolerance: TOLERANCE
    }
  })
  expect(await wrongKernels(cases)).toEqual([])
})

it('AvgPool2d 3/1/1 of ones sees four of nine places in a corner', async () => {
  const mean = async (count_include_pad: boolean): Promise<number[]> => {
    const graph = new Graph()
    const ones = placeholder(graph, 'float32', [null, 3, 3, 1])
    const window = { kernel_size: [3, 3], stride: [1, 1], padding: [1, 1], ceil_mode: false } as const
    const { y } = emitted('AvgPool2d', { ...window, count_include_pad } as never, [1, 3, 3], graph, { x: ones })
    const session = await Session.open(graph, { run: { inputs: { ones }, outputs: { y } } })
    const { y: values } = session.run('run', { ones: { values: new Float32Array(9).fill(1), shape: [1, 3, 3, 1] } })
    session.close()
    return Array.from(values as Float32Array, (value) => Math.round(value * 9))
  }
  expect(await mean(true)).toEqual([4, 6, 4, 6, 9, 6, 4, 6, 4])
  expect(await mean(false)).toEqual([9, 9, 9, 9, 9, 9, 9, 9, 9])
})

/** Shape and values of what is normalised; a mean beside which the values hardly differ is among them. */
function randomPictures(random: RandomGenerator, groups = 1) {
  const { within, one, pair } = draws(random)
  const channels = groups * one(within(1, 4), within(1, 9), 16, 17)
  const size = one(pair(1, 8), pair(1, 8), [within(1, 12), 1] as const, [1, within(1, 12)] as const)
  const batch = one(1, 2, 5, channels > 40 ? 5 : 64)
  const x = drawn(random, [batch, ...size, channels], one(0.1, 1, 1, 4))
  const middle = one(0, 0, 1, -3)
  x.values = x.values.map((value) => value + middle)
  return { batch, size, channels, x, words: { batch, size, channels, middle } }
}

it.each(['training', 'evaluation'])('BatchNorm2d in %s equals its definition', LONG, async (mode) => {
  const random = randomStream(SEED, `BatchNorm2d ${mode}`)
  const draw = (): KernelCase => {
    const { x, channels, words } = randomPictures(random)
    const rule = {
      channels,
      eps: draws(random).one(1e-5, 1e-3, 0.1),
      slots: channels,
      slotOf: (place: number): number => place % channels
    }
    const count = x.values.length / channels
    // PyTorch refuses a single value.
    if (mode === 'training' && count < 2) return draw()
    const running = { mean: drawn(random, [channels]), variance: drawn(random, [channels]) }
    running.variance.values = running.variance.values.map((value) => Math.abs(value) + 0.1)
    const moments = (): Parameters<typeof naiveNormalization>[3] => ({
      mean: Float64Array.from(running.mean.values),
      variance: Float64Array.from(running.variance.values)
    })
    return {
      words: `BatchNorm2d of ${JSON.stringify(words)}`,
      inputs: { x, scale: drawn(random, [channels], 1.5), offset: drawn(random, [channels]) },
      build: (graph, { x, scale, offset }) => {
        if (mode === 'training') return { ...batchNorm(graph, x!, scale!, offset!, rule.eps, null) }
        return { y: batchNorm(graph, x!, scale!, offset!, rule.eps, fixed(graph, running)).y }
      },
      reference: (given, slope) => {
        const values = given as Record<'x' | 'scale' | 'offset', Float32Array>
        if (mode === 'evaluation') return naiveNormalization(rule, values, slope, moments())
        const { mean, variance } = momentsOf(rule, values.x)
        const largest = values.x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        return {
          ...naiveNormalization(rule, values, slope),
          mean: { values: mean, scales: mean.map(() => largest) },
          variance: {
            values: variance.map((value) => (value * count) / (count - 1)),
            scales: variance.map((value) => value + Math.sqrt(value) * largest)
          }
        }
      },
      tolerance: TOLERANCE
    }
  }
  expect(await scan(COUNT, draw)).toEqual([])
})

const fixed = (graph: Graph, { mean, variance }: Record<'mean' | 'variance', { values: Float32Array }>) => ({
  mean: constant(graph, [...mean.values]),
  variance: constant(graph, [...variance.values])
})

it.each([0, 0.1, 0.5, 0.9, 1])(
  'running statistics move by %d to float32’s digits of what comes out',
  async (momentum) => {
    const graph = new Graph()
    const own = variable(graph, 'running', 'float32', [4])
    const [start, batch] = [placeholder(graph, 'float32', [4]), placeholder(graph, 'float32', [4])]
    const set = assignCopy(graph, own, start)
    const moved = moveTowards(graph, own, read(graph, own), batch, momentum)
    const session = await Session.open(graph, {
      start: { inputs: { start }, outputs: { done: identity(graph, start, [set]) } },
      move: { inputs: { batch }, outputs: { done: identity(graph, batch, [moved]) } },
      read: { inputs: {}, outputs: { value: read(graph, own) } }
    })
    // A batch whose variance is a millionth of the running one, and the other way round.
    const [before, after] = [Float32Array.of(1.162, 0.7377, 2.3e-6, -0.3), Float32Array.of(2.295e-6, 0.51, 1.9, 0.2)]
    session.run('start', { start: { values: before, shape: [4] } })
    session.run('move', { batch: { values: after, shape: [4] } })
    const { value } = session.run('read')
    session.close()
    before.forEach((old, index) => {
      const expected = (1 - momentum) * old + momentum * after[index]!
      expect(Math.abs(value![index]! - expected)).toBeLessThanOrEqual(3e-7 * Math.abs(expected))
    })
  }
)

it('GroupNorm equals its definition', LONG, async () => {
  const random = randomStream(SEED, 'GroupNorm')
  const draw = (): KernelCase => {
    const { one, within } = draws(random)
    const num_groups = one(1, 2, 3, within(1, 8))
    const { x, channels, size, batch, words } = randomPictures(random, num_groups)
    const [places, together] = [size[0] * size[1] * channels, channels / num_groups]
    const attributes = { num_groups, eps: one(1e-5, 1e-3, 0.1), affine: true }
    const rule = {
      channels,
      eps: attributes.eps,
      slots: batch * num_groups,
      slotOf: (place: number): number =>
        Math.floor(place / places) * num_groups + Math.floor((place % channels) / together)
    }
    return {
      words: `GroupNorm of ${JSON.stringify({ ...words, ...attributes })}`,
      inputs: { x, weight: drawn(random, [channels], 1.5), bias: drawn(random, [channels]) },
      build: (graph, inputs) => emitted('GroupNorm', attributes, [channels, ...size], graph, inputs),
      reference: ({ x, weight, bias }, slope) => {
        const { y, dx, dscale, doffset } = naiveNormalization(rule, { x: x!, scale: weight!, offset: bias! }, slope)
        return { y, dx, dweight: dscale, dbias: doffset }
      },
      tolerance: TOLERANCE
    }
  }
  expect(await scan(COUNT, draw)).toEqual([])
})

it.each([true, false])('InstanceNorm2d equals its definition, affine %s', LONG, async (affine) => {
  const random = randomStream(SEED, `InstanceNorm2d ${affine}`)
  const draw = (): KernelCase => {
    const { x, channels, size, batch, words } = randomPictures(random)
    const area = size[0] * size[1]
    // PyTorch refuses a single place.
    if (area < 2) return draw()
    const attributes = { eps: draws(random).one(1e-5, 1e-3, 0.1), momentum: 0.1, affine, track_running_stats: false }
    const rule = {
      channels,
      eps: attributes.eps,
      slots: batch * channels,
      slotOf: (place: number): number => Math.floor(place / (area * channels)) * channels + (place % channels)
    }
    const trained = { weight: drawn(random, [channels], 1.5), bias: drawn(random, [channels]) }
    return {
      words: `InstanceNorm2d of ${JSON.stringify({ ...words, ...attributes })}`,
      inputs: affine ? { x, ...trained } : { x },
      build: (graph, inputs) => emitted('InstanceNorm2d', attributes, [channels, ...size], graph, inputs),
      reference: ({ x, weight, bias }, slope) => {
        const [scale, offset] = [weight ?? new Float32Array(channels).fill(1), bias ?? new Float32Array(channels)]
        const { y, dx, dscale, doffset } = naiveNormalization(rule, { x: x!, scale, offset }, slope)
        const trainedToo: Record<string, Expected> = affine ? { dweight: dscale, dbias: doffset } : {}
        return { y, dx, ...trainedToo }
      },
      tolerance: TOLERANCE
    }
  }
  expect(await scan(COUNT, draw)).toEqual([])
})

it('LocalResponseNorm equals its definition', LONG, async () => {
  const random = randomStream(SEED, 'LocalResponseNorm')
  const draw = (): KernelCase => {
    const { one, within } = draws(random)
    const { x, channels, size, words } = randomPictures(random)
    const attributes = {
      size: one(within(1, 7), within(1, 20)),
      alpha: one(1e-4, 0.1, 1, 3),
      beta: one(0.5, 0.75, 1, 1.5),
      k: one(0.5, 1, 2)
    }
    return {
      words: `LocalResponseNorm of ${JSON.stringify({ ...words, ...attributes })}`,
      inputs: { x },
      build: (graph, inputs) => emitted('LocalResponseNorm', attributes, [channels, ...size], graph, inputs),
      reference: (given, slope) => {
        const { y, dx } = naiveResponse({ channels, attributes }, given.x!, slope)
        return { y: { values: y }, dx: { values: dx } }
      },
      tolerance: TOLERANCE
    }
  }
  expect(await scan(COUNT, draw)).toEqual([])
})
