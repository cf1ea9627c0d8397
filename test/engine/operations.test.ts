import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/main/engine/graph/gradients'
import { Graph, reference, type Tensor } from '../../src/main/engine/graph/graph'
import { add, biasAdd, identity, placeholder, relu } from '../../src/main/engine/graph/ops/arithmetic'
import {
  dropout,
  erf,
  gelu,
  geluTanh,
  hardswish,
  leakyRelu,
  prelu,
  sigmoid,
  tanh
} from '../../src/main/engine/graph/ops/activation'
import { affine, mean, multiply, plus, power, reciprocalRoot } from '../../src/main/engine/graph/ops/broadcast'
import { concatLast, sliceLast } from '../../src/main/engine/graph/ops/slicing'
import { conv2d } from '../../src/main/engine/graph/ops/convolution'
import { crossEntropy } from '../../src/main/engine/graph/ops/loss'
import { matMul } from '../../src/main/engine/graph/ops/matrix'
import { batchNorm, localResponseNorm, standardize } from '../../src/main/engine/graph/ops/normalization'
import { avgPool, maxPool } from '../../src/main/engine/graph/ops/pooling'
import { padImage, reshape, transpose } from '../../src/main/engine/graph/ops/shape'
import { Session, type Feed } from '../../src/main/engine/graph/session'
import { randomStream, permutation, uniformValues } from '../../src/main/engine/random'
import { relativeError } from './support'

interface Case {
  shapes: number[][]
  build(graph: Graph, inputs: Tensor[], constants: Tensor[]): Tensor
  /** Inputs without a gradient, such as labels. */
  constants?: Feed[]
}

const pair = (a: number, b = a): [number, number] => [a, b]
const convolution = (stride: [number, number], padding: [number, number], size = [6, 7]): Case => ({
  shapes: [
    [2, ...size, 3],
    [3, 3, 3, 4]
  ],
  build: (graph, [x, filter]) => conv2d(graph, x!, filter!, { stride, padding })
})
const pooling = (op: typeof avgPool, kernel: number, stride: number, padding: number): Case => ({
  shapes: [[2, 7, 6, 3]],
  build: (graph, [x]) => {
    const along = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1
    const window = { kernel_size: pair(kernel), stride: pair(stride), padding: pair(padding) }
    return op(graph, x!, { ...window, windows: pair(along(7), along(6)) }, true)
  }
})
const product = (a: boolean, b: boolean): Case => ({
  shapes: [a ? [4, 3] : [3, 4], b ? [5, 4] : [4, 5]],
  build: (graph, [left, right]) => matMul(graph, left!, right!, { a, b })
})

const unary = (op: (graph: Graph, x: Tensor) => Tensor): Case => ({
  shapes: [[4, 5]],
  build: (graph, [x]) => op(graph, x!)
})

const cases: Record<string, Case> = {
  'leaky relu': unary((graph, x) => leakyRelu(graph, x, 0.3)),
  'prelu, one slope': { shapes: [[2, 3, 4], [1]], build: (graph, [x, slope]) => prelu(graph, x!, slope!) },
  'prelu, a slope for each channel': {
    shapes: [[2, 3, 2, 4], [4]],
    build: (graph, [x, slopes]) => prelu(graph, x!, slopes!)
  },
  // Values on either side of both kinks, none within a step of them.
  hardswish: unary((graph, x) => hardswish(graph, affine(graph, x, 10))),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  erf: unary(erf),
  gelu: unary(gelu),
  'gelu by tanh': unary(geluTanh),
  affine: unary((graph, x) => affine(graph, x, -1.5, 0.5)),
  dropout: {
    shapes: [[6, 8]],
    constants: [{ values: Int32Array.of(3, 4), shape: [2] }],
    build: (graph, [x], [seed]) => dropout(graph, x!, 0.4, seed!)
  },
  'product, broadcast': {
    shapes: [
      [2, 3, 3, 4],
      [2, 1, 1, 4]
    ],
    build: (graph, [a, b]) => multiply(graph, a!, b!)
  },
  'sum, broadcast over leading axes': {
    shapes: [[2, 3, 4], [4]],
    build: (graph, [a, b]) => plus(graph, a!, b!)
  },
  mean: { shapes: [[2, 3, 4]], build: (graph, [x]) => mean(graph, x!, [0, 2]) },
  'reciprocal root': {
    shapes: [[4, 5]],
    build: (graph, [x]) => reciprocalRoot(graph, multiply(graph, x!, x!), 0.5)
  },
  power: {
    shapes: [[3, 4]],
    build: (graph, [x]) => power(graph, affine(graph, multiply(graph, x!, x!), 1, 0.5), -0.75)
  },
  'slice of the last axis': { shapes: [[2, 3, 5]], build: (graph, [x]) => sliceLast(graph, x!, 1, 3) },
  'concatenation along the last axis': {
    shapes: [
      [2, 3, 2],
      [2, 3, 4]
    ],
    build: (graph, [a, b]) => concatLast(graph, [a!, b!, a!])
  },
  'local response norm': {
    shapes: [[2, 3, 3, 5]],
    build: (graph, [x]) => localResponseNorm(graph, x!, { radius: 1, bias: 1, alpha: 0.5, beta: 0.75 })
  },
  'average pool, padding not counted': {
    shapes: [[2, 7, 6, 3]],
    build: (graph, [x]) =>
      avgPool(graph, x!, { kernel_size: pair(3), stride: pair(2), padding: pair(1), windows: [4, 3] }, false)
  },
  'conv2d, dilated': {
    shapes: [
      [2, 7, 8, 2],
      [3, 2, 2, 3]
    ],
    build: (graph, [x, filter]) => conv2d(graph, x!, filter!, { stride: pair(1), padding: pair(1), dilation: [2, 3] })
  },
  'conv2d, two groups': {
    shapes: [
      [2, 6, 7, 4],
      [3, 3, 2, 6]
    ],
    build: (graph, [x, filter]) => conv2d(graph, x!, filter!, { stride: pair(2), padding: pair(1) }, 2)
  },
  'conv2d, depthwise': {
    shapes: [
      [2, 6, 7, 3],
      [3, 3, 1, 6]
    ],
    build: (graph, [x, filter]) => conv2d(graph, x!, filter!, { stride: pair(1), padding: pair(1) }, 3)
  },
  'conv2d, SAME': convolution([1, 1], [1, 1]),
  'conv2d, VALID': convolution([2, 1], [0, 0]),
  'conv2d, padded, stride 2, even': convolution([2, 2], [1, 1], [8, 8]),
  'conv2d, padded, stride 2, odd': convolution([2, 2], [1, 1], [7, 9]),
  'conv2d, unequal padding': convolution([1, 2], [2, 0]),
  'max pool': pooling(maxPool, 2, 2, 0),
  'max pool, padded': pooling(maxPool, 3, 2, 1),
  'average pool': pooling(avgPool, 3, 3, 0),
  'average pool, padded': pooling(avgPool, 3, 2, 1),
  'standardised over height and width': {
    shapes: [[2, 3, 4, 3]],
    build: (graph, [x]) => standardize(graph, x!, [1, 2], 1e-3).y
  },
  'batch norm, training': {
    shapes: [[4, 3, 3, 2], [2], [2]],
    build: (graph, [x, scale, offset]) => batchNorm(graph, x!, scale!, offset!, 1e-3, null).y
  },
  'batch norm, evaluation': {
    shapes: [[4, 3, 3, 2], [2], [2]],
    constants: [
      { values: Float32Array.of(0.1, -0.2), shape: [2] },
      { values: Float32Array.of(0.7, 1.3), shape: [2] }
    ],
    build: (graph, [x, scale, offset], [mean, variance]) =>
      batchNorm(graph, x!, scale!, offset!, 1e-3, { mean: mean!, variance: variance! }).y
  },
  relu: { shapes: [[4, 5]], build: (graph, [x]) => relu(graph, x!) },
  'bias add': {
    shapes: [[2, 3, 3, 4], [4]],
    build: (graph, [x, bias]) => biasAdd(graph, x!, bias!)
  },
  'add of three, one of them twice': {
    shapes: [
      [2, 3],
      [2, 3]
    ],
    build: (graph, [a, b]) => add(graph, [a!, b!, a!])
  },
  'matrix product': product(false, false),
  'matrix product, a transposed': product(true, false),
  'matrix product, b transposed': product(false, true),
  'matrix product, both transposed': product(true, true),
  transpose: { shapes: [[2, 3, 4, 5]], build: (graph, [x]) => transpose(graph, x!, [0, 3, 1, 2]) },
  reshape: { shapes: [[2, 3, 4]], build: (graph, [x]) => reshape(graph, x!, [2, 12]) },
  pad: { shapes: [[2, 3, 4, 2]], build: (graph, [x]) => padImage(graph, x!, [1, 2]) },
  'cross-entropy': {
    shapes: [[4, 5]],
    constants: [{ values: Int32Array.of(0, 4, 2, 2), shape: [4] }],
    build: (graph, [logits], [labels]) => crossEntropy(graph, logits!, labels!).mean
  }
}

/** Distinct values a step of 0.05 apart: no two are close enough for a maximum or a kink to move under the difference. */
function distinctValues(length: number, seed: number): Float32Array {
  const order = permutation(randomStream(seed, 'values'), length)
  return Float32Array.from(order, (place) => (place - length / 2 + 0.5) * Math.min(0.05, 6 / length))
}

describe('gradients equal finite differences', () => {
  it.each(Object.entries(cases))('%s', async (_, { shapes, build, constants = [] }) => {
    const graph = new Graph()
    const inputs = shapes.map((shape) => placeholder(graph, 'float32', shape))
    const held = constants.map(({ values, shape }) =>
      placeholder(graph, values instanceof Int32Array ? 'int32' : 'float32', shape)
    )
    const output = build(graph, inputs, held)
    const weights = placeholder(graph, 'float32', output.shape)
    // A gradient that is passed on as it came could not be fetched as what was fed.
    const partials = gradients(graph, output, weights, inputs).map((partial) => identity(graph, partial))
    const named = (tensors: Tensor[], prefix: string): Record<string, Tensor> =>
      Object.fromEntries(tensors.map((tensor, index) => [`${prefix}${index}`, tensor]))
    const forwardInputs = { ...named(inputs, 'x'), ...named(held, 'c') }
    const session = await Session.open(graph, {
      forward: { inputs: forwardInputs, outputs: { output } },
      backward: { inputs: { ...forwardInputs, weights }, outputs: named(partials, 'g') }
    })
    const values = shapes.map((shape, index) =>
      distinctValues(
        shape.reduce((size, side) => size * side, 1),
        index
      )
    )
    const feeds: Record<string, Feed> = {}
    constants.forEach((feed, index) => (feeds[`c${index}`] = feed))
    shapes.forEach((shape, index) => (feeds[`x${index}`] = { values: values[index]!, shape }))
    const outputShape = output.shape as number[]
    const weighting = uniformValues(
      randomStream(9, 'weights'),
      outputShape.reduce((size, side) => size * side, 1),
      1
    )
    const analytic = session.run('backward', { ...feeds, weights: { values: weighting, shape: outputShape } })
    const objective = (): number => {
      const { output: y } = session.run('forward', feeds)
      return weighting.reduce((sum, weight, index) => sum + weight * y![index]!, 0)
    }
    const step = 1e-2
    shapes.forEach((_shape, index) => {
      const own = values[index]!
      const numeric = own.map((value, place) => {
        own[place] = value + step
        const above = objective()
        own[place] = value - step
        const below = objective()
        own[place] = value
        return (above - below) / (2 * step)
      })
      expect(relativeError(analytic[`g${index}`]!, numeric), `input ${index}`).toBeLessThan(5e-3)
    })
    session.close()
  })

  it('dropout zeroes its share, keeps the mean, and repeats for the same seed only', async () => {
    const graph = new Graph()
    const x = placeholder(graph, 'float32', [200, 200])
    const seed = placeholder(graph, 'int32', [2])
    const session = await Session.open(graph, {
      drop: { inputs: { x, seed }, outputs: { y: dropout(graph, x, 0.3, seed) } }
    })
    const ones = new Float32Array(200 * 200).fill(1)
    const drop = (...pairOf: [number, number]): Float32Array =>
      session.run('drop', {
        x: { values: ones, shape: [200, 200] },
        seed: { values: Int32Array.from(pairOf), shape: [2] }
      }).y as Float32Array
    const dropped = drop(1, 2)
    expect(dropped.filter((value) => value === 0).length / dropped.length).toBeCloseTo(0.3, 1)
    expect([...new Set(dropped)].sort()).toEqual([0, Math.fround(1 / 0.7)])
    expect(drop(1, 2)).toEqual(dropped)
    expect(drop(1, 3)).not.toEqual(dropped)
    session.close()
  })

  it.each([
    { size: pair(3, 3), kernel: pair(3, 3), stride: pair(1), padding: pair(1), dilation: pair(1) },
    { size: pair(1, 2), kernel: pair(3, 3), stride: pair(1), padding: pair(1), dilation: pair(1) },
    { size: pair(6, 12), kernel: pair(5, 3), stride: pair(1), padding: pair(2, 0), dilation: pair(1) },
    { size: pair(7, 9), kernel: pair(3, 5), stride: pair(2, 1), padding: pair(0, 2), dilation: pair(1) },
    { size: pair(6, 7), kernel: pair(3, 2), stride: pair(2), padding: pair(1, 0), dilation: pair(1) },
    { size: pair(7, 6), kernel: pair(1, 1), stride: pair(2), padding: pair(0), dilation: pair(1) },
    { size: pair(8, 8), kernel: pair(5, 3), stride: pair(3, 1), padding: pair(2), dilation: pair(1) },
    { size: pair(6, 9), kernel: pair(3, 3), stride: pair(1, 2), padding: pair(3), dilation: pair(2, 3) }
  ])('a convolution by taps or columns equals the direct one in all three passes: %j', async (geometry) => {
    const { size, kernel, ...window } = geometry
    const graph = new Graph()
    const x = placeholder(graph, 'float32', [null, ...size, 4])
    const filter = placeholder(graph, 'float32', [...kernel, 4, 5])
    const columns = { forward: 'columns', inputGradient: 'columns', filterGradient: 'columns' } as const
    const plans = {
      direct: { forward: 'direct', inputGradient: 'direct', filterGradient: 'direct' },
      columns,
      taps: { forward: 'taps', inputGradient: 'taps', filterGradient: 'taps' },
      forward: { forward: 'taps', inputGradient: 'direct', filterGradient: 'direct' },
      backward: { forward: 'direct', inputGradient: 'taps', filterGradient: 'direct' }
    } as const
    const outputs: Record<string, Tensor> = {}
    for (const [name, plan] of Object.entries(plans)) {
      const y = conv2d(graph, x, filter, window, 1, plan)
      const [dx, df] = gradients(graph, multiply(graph, y, y), y, [x, filter])
      Object.assign(outputs, { [`${name} y`]: y, [`${name} dx`]: dx!, [`${name} df`]: df! })
    }
    const session = await Session.open(graph, { run: { inputs: { x, filter }, outputs } })
    const random = randomStream(3, 'taps')
    const given = (shape: number[]): Feed => ({
      values: uniformValues(
        random,
        shape.reduce((product, side) => product * side, 1),
        1
      ),
      shape
    })
    const results = session.run('run', { x: given([3, ...size, 4]), filter: given([...kernel, 4, 5]) })
    session.close()
    expect(Math.hypot(...results['direct df']!)).toBeGreaterThan(0)
    for (const part of ['y', 'dx', 'df']) {
      for (const name of ['taps', 'columns', 'forward', 'backward']) {
        expect(relativeError(results[`${name} ${part}`]!, results[`direct ${part}`]!), `${name} ${part}`).toBeLessThan(
          1e-6
        )
      }
    }
  })

  it('nothing is computed for an input that needs no gradient', () => {
    const graph = new Graph()
    const x = placeholder(graph, 'float32', [1, 4, 4, 1])
    const filter = placeholder(graph, 'float32', [3, 3, 1, 1])
    const y = conv2d(graph, x, filter, { stride: pair(1), padding: pair(1) })
    gradients(graph, y, y, [filter])
    expect(graph.nodes.map(({ op }) => op)).not.toContain('Conv2DBackpropInput')
    expect(() => gradients(graph, y, y, [placeholder(graph, 'float32', [1])])).toThrow(/does not reach/)
    expect(reference(y)).toBe('Conv2D')
  })
})
