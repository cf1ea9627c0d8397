import { Graph, type DType, type Tensor } from './graph/graph'
import { cast, constant, identity } from './graph/ops/arithmetic'
import { reshape } from './graph/ops/shape'
import { sliceLast } from './graph/ops/slicing'
import { assign, read, variable } from './graph/ops/variable'
import type { Signature } from './graph/savedModel'
import { Session } from './graph/session'

export interface ProbeInput {
  dtype: DType
  shape: readonly number[]
}

/** Something to be timed: adds its nodes, which read `inputs`, and gives tensors that must be worked out. */
export interface Candidate {
  name: string
  inputs: readonly ProbeInput[]
  build(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[]
}

/**
 * Seconds that each candidate takes alone on this machine: the least of `rounds`, the candidates taking turns,
 * less what an empty call takes. Inputs are random, in [0, 1); integers are zero. A candidate that TensorFlow
 * refuses is left out.
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
  for (const { name, inputs, build } of candidates) {
    // An output without values, such as batch norm's reserve on a CPU, has no first one.
    const outputs = build(graph, inputs.map(given)).filter(({ shape }) => !shape.includes(0))
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
    const refused = new Set<string>()
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
