import { Graph, type DType, type Tensor } from '../graph/graph'
import { addN, binary, cast, constant, identity, unary } from '../graph/ops/arithmetic'
import { reshape } from '../graph/ops/shape'
import { sliceLast } from '../graph/ops/slicing'
import { assign, read, variable } from '../graph/ops/variable'
import type { Signature } from '../graph/savedModel'
import { Session } from '../graph/session'

export interface ProbeInput {
  dtype: DType
  shape: readonly number[]
}

/** Something to be timed: adds its nodes, which read `inputs`, and gives tensors that must be worked out. */
export interface Candidate {
  name: string
  inputs: readonly ProbeInput[]
  /** Name of an earlier candidate that gives the same values up to rounding; one that does not is left out. */
  like?: string
  build(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[]
}

/** How far from what it must equal a candidate may be, of the largest value: far above rounding, far below garbage. */
const FARTHEST = 1e-3

/**
 * Seconds that each candidate takes alone on this machine: the least of `rounds`, the candidates taking turns,
 * less what an empty call takes. Inputs are random, in [0, 1); integers are zero. A candidate that TensorFlow
 * refuses, or whose values are not those of the one it is `like`, is left out.
 */
export async function measure(candidates: readonly Candidate[], rounds = 5): Promise<Map<string, number>> {
  const graph = new Graph()
  const signatures: Record<string, Signature> = {
    empty: { inputs: {}, outputs: { done: identity(graph, constant(graph, 1)) } }
  }
  const filled: string[] = []
  const shared = new Map<string, ReturnType<typeof variable>>()
  const given = ({ dtype, shape }: ProbeInput, place: number): Tensor => {
    const key = `${dtype}/${shape.join('x')}/${place}`
    let own = shared.get(key)
    if (!own) {
      own = variable(graph, key, dtype, shape)
      shared.set(key, own)
      filled.push(assign(graph, own, randomValues(graph, dtype, shape, shared.size)))
    }
    return read(graph, own)
  }
  const built = new Map<string, readonly Tensor[]>()
  for (const { name, inputs, like, build } of candidates) {
    // An output without values, such as batch norm's reserve on a CPU, has no first one.
    const outputs = build(graph, inputs.map(given)).filter(({ shape }) => !shape.includes(0))
    built.set(name, outputs)
    const model = like === undefined ? undefined : built.get(like)
    if (model) signatures[distanceOf(name)] = { inputs: {}, outputs: { apart: farthest(graph, outputs, model) } }
    // TensorFlow would drop what nothing reads, so that one value of each output is fetched.
    signatures[name] = {
      inputs: {},
      outputs: Object.fromEntries(outputs.map((output, index) => [`y${index}`, firstValue(graph, output)]))
    }
  }
  signatures.fill = { inputs: {}, outputs: { done: identity(graph, constant(graph, 1), filled) } }
  const session = await Session.open(graph, signatures)
  try {
    session.run('fill')
    const times = new Map<string, number>()
    const refused = new Set(candidates.map(({ name }) => name).filter((name) => !agrees(session, distanceOf(name))))
    for (let round = 0; round <= rounds; round++) {
      for (const name of ['empty', ...candidates.map((candidate) => candidate.name)]) {
        if (refused.has(name)) continue
        const start = performance.now()
        try {
          session.run(name)
        } catch {
          refused.add(name)
          times.delete(name)
          continue
        }
        const seconds = (performance.now() - start) / 1000
        // The first round fills caches.
        if (round > 0) times.set(name, Math.min(seconds, times.get(name) ?? Infinity))
      }
    }
    const overhead = times.get('empty')!
    times.delete('empty')
    return new Map([...times].map(([name, seconds]) => [name, Math.max(seconds - overhead, 1e-7)]))
  } finally {
    session.close()
  }
}

const distanceOf = (name: string): string => `distance of ${name}`

/** Whether a candidate gives what it must; true for one that is like none. */
function agrees(session: Session, distance: string): boolean {
  if (!session.has(distance)) return true
  try {
    return session.run(distance).apart![0]! <= FARTHEST
  } catch {
    return false
  }
}

/** The largest difference between outputs of the same shapes, of the largest value of `model`; NaN where one has one. */
function farthest(graph: Graph, outputs: readonly Tensor[], model: readonly Tensor[]): Tensor {
  const distances = outputs.map((output, index) => {
    const other = model[index]!
    const apart = largest(graph, binary(graph, 'Sub', output, other))
    // Never zero, so that two outputs of zeros are equal.
    const scale = binary(graph, 'AddV2', largest(graph, other), constant(graph, 1e-30))
    return binary(graph, 'RealDiv', apart, scale)
  })
  return addN(graph, distances)
}

function largest(graph: Graph, tensor: Tensor): Tensor {
  const axes = constant(
    graph,
    tensor.shape.map((_, axis) => axis),
    'int32'
  )
  const attributes = { T: { type: tensor.dtype }, Tidx: { type: 'int32' as const }, keep_dims: { bool: false } }
  return graph.emit('Max', [unary(graph, 'Abs', tensor), axes], attributes, [{ dtype: tensor.dtype, shape: [] }])[0]!
}

function firstValue(graph: Graph, tensor: Tensor): Tensor {
  const first = sliceLast(graph, reshape(graph, tensor, [null]), 0, 1)
  return first.dtype === 'int32' ? first : cast(graph, first, 'float32')
}

function randomValues(graph: Graph, dtype: DType, shape: readonly number[], seed: number): Tensor {
  const sizes = constant(graph, shape, 'int32')
  const uniform = graph.emit(
    'StatelessRandomUniform',
    [sizes, constant(graph, [seed, 0], 'int32')],
    { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
    [{ dtype: 'float32', shape }]
  )[0]!
  return dtype === 'float32' ? uniform : cast(graph, uniform, dtype)
}
