import { uniformInt } from 'pure-rand/distribution/uniformInt'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { gradients } from '../../src/main/engine/graph/gradients'
import { Graph, type Tensor } from '../../src/main/engine/graph/graph'
import { identity, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { Session, type Feed } from '../../src/main/engine/graph/session'
import { randomStream, uniformValues } from '../../src/main/engine/random'

/** How many random shapes a test looks at: RESIDUUM_SCAN, or the few of `npm test`. RESIDUUM_SCAN_SEED begins elsewhere. */
export const scanned = (few: number): number => Number(process.env.RESIDUUM_SCAN ?? few)
export const SEED = Number(process.env.RESIDUUM_SCAN_SEED ?? 1)
/** How many share a session: opening one costs more than running it. */
const TOGETHER = 30

type Values = Readonly<Record<string, Float32Array>>

/** What a kernel should give, in float64. */
export interface Expected {
  values: Float64Array
  /** What each value is a difference of, where that is larger than the values; else their largest counts. */
  scales?: Float64Array
}

/** An operation of one shape, with its definition. */
export interface KernelCase {
  /** What it is, for the message. */
  words: string
  /** The first has the batch as its first size; gradients are taken with respect to all. */
  inputs: Record<string, Feed & { values: Float32Array }>
  /** `y` is differentiated; what else there is is compared under its name. */
  build(graph: Graph, inputs: Readonly<Record<string, Tensor>>): { y: Tensor } & Record<string, Tensor>
  /** Those, and `dNAME` for each input: the gradients of `sum(y * slope)`. */
  reference(inputs: Values, slope: Float32Array): Record<string, Expected>
  /** Of what is allowed, relative to the scale. */
  tolerance: number
  /** What values of the slope may be, where not all. */
  slopes?: (value: number) => number
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** Values uniform in [-bound, bound) under a shape. */
export const drawn = (
  random: RandomGenerator,
  shape: readonly number[],
  bound = 1
): Feed & { values: Float32Array } => ({
  values: uniformValues(random, sizeOf(shape), bound),
  shape
})

/** Whole numbers from `low` to `high`, one or two of them, and a choice. */
export function draws(random: RandomGenerator) {
  const within = (low: number, high: number): number => uniformInt(random, low, high)
  return {
    within,
    pair: (low: number, high: number): [number, number] => [within(low, high), within(low, high)],
    one: <T>(...choices: T[]): T => choices[within(0, choices.length - 1)]!
  }
}

/** Largest difference relative to its scale; infinite where a value is missing or not finite. */
function farthest(actual: ArrayLike<number>, { values, scales }: Expected): number {
  if (actual.length !== values.length) return Infinity
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  let result = 0
  for (let index = 0; index < values.length; index++) {
    const apart = Math.abs(actual[index]! - values[index]!)
    if (!Number.isFinite(apart)) return Infinity
    if (apart > 0) result = Math.max(result, apart / ((scales ? scales[index]! : largest) || 1))
  }
  return result
}

/** The cases that TensorFlow works out otherwise than their definition, in words. */
export async function wrongKernels(cases: readonly KernelCase[]): Promise<string[]> {
  const graph = new Graph()
  const placeholders: Record<string, Tensor> = {}
  const outputs: Record<string, Tensor> = {}
  const feeds: Record<string, Feed> = {}
  const random = randomStream(SEED, 'slopes')
  const slopes = cases.map(({ inputs, build, slopes = (value) => value }, index) => {
    const names = Object.keys(inputs)
    const batch = inputs[names[0]!]!.shape[0]!
    const own: Record<string, Tensor> = {}
    names.forEach((name, place) => {
      const { shape } = (feeds[`${name}${index}`] = inputs[name]!)
      // The batch is not known when a network is compiled.
      const known = place === 0 ? [null, ...shape.slice(1)] : shape
      own[name] = placeholders[`${name}${index}`] = placeholder(graph, 'float32', known)
    })
    const built = build(graph, own)
    const slope = placeholder(graph, 'float32', built.y.shape)
    const partials = gradients(graph, built.y, slope, Object.values(own))
    for (const [name, tensor] of Object.entries(built)) outputs[`${name}${index}`] = identity(graph, tensor)
    // A gradient that is passed on as it came could not be fetched as what was fed.
    names.forEach((name, place) => (outputs[`d${name}${index}`] = identity(graph, partials[place]!)))
    const shape = [batch, ...(built.y.shape.slice(1) as number[])]
    const values = uniformValues(random, sizeOf(shape), 1).map(slopes)
    feeds[`slope${index}`] = { values, shape }
    placeholders[`slope${index}`] = slope
    return values
  })
  const session = await Session.open(graph, { run: { inputs: placeholders, outputs } })
  const results = session.run('run', feeds)
  session.close()
  return cases.flatMap(({ words, inputs, reference, tolerance }, index) => {
    const given = Object.fromEntries(Object.entries(inputs).map(([name, { values }]) => [name, values]))
    return Object.entries(reference(given, slopes[index]!)).flatMap(([name, expected]) => {
      const apart = farthest(results[`${name}${index}`] ?? [], expected)
      return apart < tolerance ? [] : [`${name} of ${words} off by ${apart}`]
    })
  })
}

/** The same for `count` cases that `draw` makes. */
export async function scan(count: number, draw: () => KernelCase): Promise<string[]> {
  const found: string[] = []
  for (let done = 0; done < count; done += TOGETHER) {
    found.push(...(await wrongKernels(Array.from({ length: Math.min(TOGETHER, count - done) }, draw))))
  }
  return found
}
