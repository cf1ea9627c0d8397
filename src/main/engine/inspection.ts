import type { CheckedArchitecture } from '../../shared/architecture/check'
import type { Graph, Tensor } from './graph/graph'
import { cast, constant, reduceAll } from './graph/ops/arithmetic'
import type { Forward } from './network'

const T = { T: { type: 'float32' as const } }

/** Where values first were not finite: in a layer's parameters, or in what it gave. */
export interface FirstNotFinite {
  path: string
  where: 'parameters' | 'output'
}

/** Of one layer at one step. Norms are Euclidean, over all its parameters together. */
export interface LayerDiagnostics {
  path: string
  /** Before clipping; null for a layer without trained parameters. */
  gradientNorm: number | null
  /** Before the update. */
  weightNorm: number | null
  /** Share of a ReLU's channels that were zero everywhere in the batch; null for other layers. */
  deadShare: number | null
}

/** A node that fails, and so keeps what waits for it from running, unless `loss` is finite. Gives its name. */
export function assertFinite(graph: Graph, loss: Tensor): string {
  const message = graph.emit(
    'Const',
    [],
    { dtype: { type: 'string' }, value: { tensor: { dtype: 'string', shape: [], values: [NOT_FINITE] } } },
    [{ dtype: 'string', shape: [] }]
  )[0]!
  const attributes = { T: { types: ['string' as const, 'float32' as const] }, summarize: { int: 1 } }
  return graph.emit('Assert', [isFinite(graph, loss), message, loss], attributes, [])[0]!.node
}

const isFinite = (graph: Graph, x: Tensor): Tensor =>
  graph.emit('IsFinite', [x], T, [{ dtype: 'bool', shape: x.shape }])[0]!

/** Thrown by a step whose loss is not finite, before anything has changed; `inspect` finds where values went first. */
export class LossNotFinite extends Error {}

/** Stands in TensorFlow's message when `assertFinite` fails. */
export const NOT_FINITE = 'residuum-loss-not-finite'

/** For each layer whether its parameters, and whether its outputs, are all finite: float32 [2 layers]. */
export function finiteFlags(graph: Graph, { layers }: CheckedArchitecture, pass: Forward): Tensor {
  return pack(
    graph,
    layers.flatMap(({ path, parameters }) => {
      const values = parameters.flatMap(({ name }) => pass.parameters.get(`${path}.${name}`) ?? [])
      return [values, [pass.outputs.get(path)!]].map((tensors) => allFinite(graph, tensors))
    })
  )
}

/** What `finiteFlags` says; null when all is finite. */
export function firstNotFinite({ layers }: CheckedArchitecture, flags: ArrayLike<number>): FirstNotFinite | null {
  for (const [index, { path }] of layers.entries()) {
    if (flags[2 * index] !== 1) return { path, where: 'parameters' }
    if (flags[2 * index + 1] !== 1) return { path, where: 'output' }
  }
  return null
}

/** 1 where all values of the tensors are finite, else 0. */
function allFinite(graph: Graph, tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) return constant(graph, 1)
  const flags = tensors.map((tensor) => {
    const axes = constant(
      graph,
      tensor.shape.map((_, axis) => axis),
      'int32'
    )
    return graph.emit('All', [isFinite(graph, tensor), axes], { Tidx: { type: 'int32' }, keep_dims: { bool: false } }, [
      { dtype: 'bool', shape: [] }
    ])[0]!
  })
  const all = flags.reduce(
    (left, right) => graph.emit('LogicalAnd', [left, right], {}, [{ dtype: 'bool', shape: [] }])[0]!
  )
  return cast(graph, all, 'float32')
}

/** Half the sum of squares of each tensor, float32 [tensors]. */
export function halfSquares(graph: Graph, tensors: readonly Tensor[]): Tensor {
  return pack(
    graph,
    tensors.map((tensor) => graph.emit('L2Loss', [tensor], T, [{ dtype: 'float32', shape: [] }])[0]!)
  )
}

/** For each ReLU the share of channels that are zero in the whole batch, float32 [ReLUs]. */
export function deadShares(graph: Graph, paths: readonly string[], pass: Forward): Tensor {
  return pack(
    graph,
    paths.map((path) => {
      const y = pass.outputs.get(path)!
      const axes = y.shape.map((_, axis) => axis).slice(0, -1)
      const highest = graph.emit(
        'Max',
        [y, constant(graph, axes, 'int32')],
        { ...T, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
        [{ dtype: 'float32', shape: y.shape.slice(-1) }]
      )[0]!
      const dead = graph.emit('LessEqual', [highest, constant(graph, 0)], T, [
        { dtype: 'bool', shape: highest.shape }
      ])[0]!
      return reduceAll(graph, 'Mean', cast(graph, dead, 'float32'))
    })
  )
}

function pack(graph: Graph, scalars: readonly Tensor[]): Tensor {
  if (scalars.length === 0) return constant(graph, [])
  return graph.emit('Pack', scalars, { ...T, N: { int: scalars.length }, axis: { int: 0 } }, [
    { dtype: 'float32', shape: [scalars.length] }
  ])[0]!
}
