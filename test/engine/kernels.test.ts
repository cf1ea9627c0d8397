import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/main/engine/graph/gradients'
import { Graph, type Tensor } from '../../src/main/engine/graph/graph'
import { identity, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { conv2d, convolutionAlgorithms, type ConvolutionAlgorithm } from '../../src/main/engine/graph/ops/convolution'
import { Session, type Feed } from '../../src/main/engine/graph/session'
import { randomStream, uniformValues } from '../../src/main/engine/random'
import { naiveConvolution, outputSize, type ConvolutionCase } from '../support/naiveConvolution'
import { randomConvolution } from '../support/randomConvolution'

/**
 * Every kernel beside its definition in float64, over random shapes. `RESIDUUM_SCAN=3000 npx vitest run
 * test/engine/kernels.test.ts` looks at that many instead of a few; RESIDUUM_SCAN_SEED begins elsewhere.
 */
const SCANNED = Number(process.env.RESIDUUM_SCAN ?? 60)
const SEED = Number(process.env.RESIDUUM_SCAN_SEED ?? 1)
/** Relative to the largest value; float32 sums of some hundred products. */
const TOLERANCE = 3e-5
/** How many share a session: opening one costs more than running it. */
const TOGETHER = 30

const plain = { padding: [0, 0], dilation: [1, 1], groups: 1 } as const
/** What a kernel of TensorFlow 2.20 got wrong, or what could not be formed, with or without padding. */
const known: ConvolutionCase[] = [
  // One channel, one column, a stride along it.
  { ...plain, batch: 64, size: [8, 6], channels: 1, outputs: 6, kernel: [7, 4], stride: [1, 3] },
  { ...plain, batch: 5, size: [8, 7], channels: 1, outputs: 2, kernel: [3, 5], stride: [1, 3], padding: [1, 0] },
  { ...plain, batch: 5, size: [8, 4], channels: 1, outputs: 3, kernel: [3, 8], stride: [1, 4], padding: [1, 2] },
  { ...plain, batch: 5, size: [6, 5], channels: 3, outputs: 6, kernel: [3, 5], stride: [1, 2], groups: 3 },
  // What columns make of a map of one channel, forward and in the gradient.
  { ...plain, batch: 64, size: [7, 7], channels: 1, outputs: 2, kernel: [3, 3], stride: [1, 1], padding: [1, 1] },
  { ...plain, batch: 64, size: [8, 8], channels: 2, outputs: 1, kernel: [7, 7], stride: [1, 1], padding: [3, 3] },
  // A kernel of one place that skips some: filter gradients, and damage to the heap.
  { ...plain, batch: 2, size: [10, 8], channels: 4, outputs: 9, kernel: [1, 1], stride: [1, 2] },
  { ...plain, batch: 64, size: [8, 4], channels: 4, outputs: 12, kernel: [1, 1], stride: [2, 1] },
  { ...plain, batch: 1, size: [10, 4], channels: 3, outputs: 16, kernel: [1, 1], stride: [2, 2] },
  { ...plain, batch: 64, size: [10, 2], channels: 6, outputs: 6, kernel: [1, 1], stride: [2, 4], groups: 3 },
  // The same padded.
  { ...plain, batch: 8, size: [8, 8], channels: 3, outputs: 8, kernel: [1, 1], stride: [2, 2], padding: [1, 1] },
  { ...plain, batch: 5, size: [7, 5], channels: 4, outputs: 8, kernel: [1, 1], stride: [1, 3], padding: [2, 4] },
  {
    ...plain,
    batch: 5,
    size: [7, 5],
    channels: 3,
    outputs: 6,
    kernel: [1, 1],
    stride: [2, 2],
    padding: [1, 0],
    groups: 3
  },
  // Only padding is seen.
  { ...plain, batch: 5, size: [1, 1], channels: 2, outputs: 3, kernel: [1, 1], stride: [3, 3], padding: [1, 1] },
  {
    ...plain,
    batch: 5,
    size: [1, 2],
    channels: 2,
    outputs: 4,
    kernel: [2, 2],
    stride: [4, 4],
    padding: [2, 3],
    dilation: [3, 5]
  }
]

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** Largest difference over the reference's largest value; infinite where a value is not finite. */
function farthest(actual: ArrayLike<number>, reference: Float64Array): number {
  if (actual.length !== reference.length) return Infinity
  let difference = 0
  let largest = 0
  for (let index = 0; index < reference.length; index++) {
    const apart = Math.abs(actual[index]! - reference[index]!)
    if (!Number.isFinite(apart)) return Infinity
    difference = Math.max(difference, apart)
    largest = Math.max(largest, Math.abs(reference[index]!))
  }
  return difference / (largest || 1)
}

/** The convolutions of a graph as their kernels see them. */
function emitted(graph: Graph): { op: string; filter: Tensor; y: Tensor; stride: readonly number[] }[] {
  return graph.nodes.flatMap(({ name, op, inputs, attributes }) => {
    if (!op.startsWith('Conv2D')) return []
    const [, second, third] = inputs.map((input) => graph.tensor(input))
    const { ints: stride } = attributes.strides as { ints: readonly number[] }
    const own = graph.outputsOf(name)[0]!
    const filter = op === 'Conv2DBackpropFilter' ? own : second!
    return [{ op, filter, y: op === 'Conv2D' ? own : third!, stride }]
  })
}

/** The cases that one algorithm gets wrong, in words. */
async function wrong(cases: readonly ConvolutionCase[], algorithm: ConvolutionAlgorithm): Promise<string[]> {
  const graph = new Graph()
  const inputs: Record<string, Tensor> = {}
  const outputs: Record<string, Tensor> = {}
  const feeds: Record<string, Feed> = {}
  const plan = { forward: algorithm, inputGradient: algorithm, filterGradient: algorithm }
  const random = randomStream(SEED, 'kernels')
  const feed = (name: string, shape: number[], known = false): Tensor => {
    feeds[name] = { values: uniformValues(random, sizeOf(shape), 1), shape }
    // The batch is not known when a network is compiled.
    return (inputs[name] = placeholder(graph, 'float32', known ? shape : [null, ...shape.slice(1)]))
  }
  cases.forEach((geometry, index) => {
    const { batch, size, channels, kernel, groups } = geometry
    const x = feed(`x${index}`, [batch, ...size, channels])
    const filter = feed(`f${index}`, [...kernel, channels / groups, geometry.outputs], true)
    const slope = feed(`g${index}`, [batch, ...outputSize(geometry), geometry.outputs])
    const y = conv2d(graph, x, filter, geometry, groups, plan)
    const [dx, df] = gradients(graph, y, slope, [x, filter])
    outputs[`y${index}`] = identity(graph, y)
    outputs[`dx${index}`] = identity(graph, dx!)
    outputs[`df${index}`] = identity(graph, df!)
  })
  const session = await Session.open(graph, { run: { inputs, outputs } })
  const results = session.run('run', feeds)
  session.close()
  return cases.flatMap((geometry, index) => {
    const given = (name: string): Float32Array => feeds[`${name}${index}`]!.values as Float32Array
    const { y, dx, df } = naiveConvolution(geometry, given('x'), given('f'), given('g'))
    return Object.entries({ y, dx, df }).flatMap(([name, reference]) => {
      const apart = farthest(results[`${name}${index}`]!, reference)
      return apart < TOLERANCE ? [] : [`${name} of ${JSON.stringify(geometry)} off by ${apart}`]
    })
  })
}

it.each(convolutionAlgorithms)('no kernel by %s is given what one processor or another gets wrong', (algorithm) => {
  const random = randomStream(SEED, `rule ${algorithm}`)
  const plan = { forward: algorithm, inputGradient: algorithm, filterGradient: algorithm }
  let seen = 0
  for (const geometry of [...known, ...Array.from({ length: 400 }, () => randomConvolution(random))]) {
    const graph = new Graph()
    const x = placeholder(graph, 'float32', [null, ...geometry.size, geometry.channels])
    const filter = placeholder(graph, 'float32', [
      ...geometry.kernel,
      geometry.channels / geometry.groups,
      geometry.outputs
    ])
    const y = conv2d(graph, x, filter, geometry, geometry.groups, plan)
    gradients(graph, y, placeholder(graph, 'float32', y.shape), [x, filter])
    for (const own of emitted(graph)) {
      const [height, width, inputs] = own.filter.shape as [number, number, number]
      const skips = own.stride.some((step) => step > 1)
      const pointwise = height === 1 && width === 1
      const words = `${own.op} of ${JSON.stringify(geometry)}`
      // oneDNN with AVX-512.
      expect(inputs === 1 && own.y.shape[2] === 1 && own.stride[2]! > 1, words).toBe(false)
      // oneDNN with AVX2 or AVX-512.
      expect(own.op === 'Conv2DBackpropFilter' && pointwise && skips && inputs < 16, words).toBe(false)
      seen += 1
    }
  }
  if (algorithm !== 'taps') expect(seen).toBeGreaterThan(400)
})

describe.each(convolutionAlgorithms)('convolutions by %s equal their definition in all three passes', (algorithm) => {
  it('where a kernel is known to be wrong, or nothing is seen', async () => {
    expect(await wrong(known, algorithm)).toEqual([])
  })

  it('over random shapes', { timeout: 3_600_000 }, async () => {
    const random = randomStream(SEED, `shapes ${algorithm}`)
    const found: string[] = []
    for (let done = 0; done < SCANNED; done += TOGETHER) {
      const count = Math.min(TOGETHER, SCANNED - done)
      found.push(
        ...(await wrong(
          Array.from({ length: count }, () => randomConvolution(random)),
          algorithm
        ))
      )
    }
    expect(found).toEqual([])
  })
})
