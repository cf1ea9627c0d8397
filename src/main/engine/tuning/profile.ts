import { reference, type Attribute, type DType, type Graph, type GraphNode, type Tensor } from '../graph/graph'
import { constant, identity } from '../graph/ops/arithmetic'
import { shapeOf } from '../graph/ops/shape'
import { measure, type Candidate } from './measure'

/** What all nodes of one kind and size cost in a call. */
export interface OpCost {
  op: string
  /** Of the inputs that are not constants. */
  shapes: string[]
  /** The first few scopes that hold such a node. */
  where: string[]
  count: number
  /** Of all of them in one call, each measured alone. */
  seconds: number
}

/** Ops that move nothing and work nothing out. */
const FREE = new Set([
  'Const',
  'Placeholder',
  'VarHandleOp',
  'ReadVariableOp',
  'Identity',
  'Shape',
  'Reshape',
  'Assert'
])
const FLOATS = new Set<DType>(['float32', 'float64', 'bfloat16'])

/** The nodes that a call of `outputs` runs, in the order they were made. */
export function neededNodes(graph: Graph, outputs: readonly Tensor[]): GraphNode[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]))
  const needed = new Set<string>()
  const pending = outputs.map(({ node }) => node)
  while (pending.length > 0) {
    const name = pending.pop()!
    if (needed.has(name)) continue
    needed.add(name)
    pending.push(...byName.get(name)!.inputs.map((input) => input.replace(/^\^/, '').split(':')[0]!))
  }
  return graph.nodes.filter(({ name }) => needed.has(name))
}

/** For each tensor of `nodes` a node that gives its sizes when the graph runs: what a profile needs to know. */
export function sizeProbes(graph: Graph, nodes: readonly GraphNode[]): Record<string, Tensor> {
  const probes: Record<string, Tensor> = {}
  for (const { name } of nodes) {
    for (const tensor of graph.outputsOf(name)) {
      if (!FLOATS.has(tensor.dtype) && tensor.dtype !== 'int32' && tensor.dtype !== 'uint8') continue
      probes[reference(tensor)] = identity(graph, shapeOf(graph, tensor))
    }
  }
  return probes
}

/**
 * What each op of a call costs, the dearest first. Every kind of node, op and sizes together, is measured
 * alone: fused ops and what runs at the same time are therefore counted apart.
 */
export async function profileNodes(
  graph: Graph,
  nodes: readonly GraphNode[],
  sizes: ReadonlyMap<string, readonly number[]>
): Promise<OpCost[]> {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const costs = new Map<string, OpCost>()
  const candidates: Candidate[] = []
  for (const node of nodes) {
    if (FREE.has(node.op) || /^(Resource|Assign)/.test(node.op)) continue
    const inputs = node.inputs.filter((input) => !input.startsWith('^'))
    const known = inputs.every((input) => sizes.has(input) || byName.get(input)?.op === 'Const')
    if (!known) continue
    const described = inputs.map((input) => {
      const fixed = fixedValue(input, byName, sizes)
      return fixed ? `= ${JSON.stringify(fixed)}` : sizes.get(input)!.join('x')
    })
    const key = JSON.stringify([node.op, node.attributes, described])
    const scope = node.name.split('/').slice(0, -1).join('/')
    const cost = costs.get(key)
    if (cost) {
      cost.count += 1
      if (cost.where.length < 3) cost.where.push(scope)
      continue
    }
    const shapes = described.filter((text) => !text.startsWith('='))
    costs.set(key, { op: node.op, shapes, where: [scope], count: 1, seconds: NaN })
    candidates.push({ name: key, ...replica(graph, node, inputs, byName, sizes) })
  }
  const times = await measure(candidates)
  for (const [key, cost] of costs) cost.seconds = (times.get(key) ?? 0) * cost.count
  return [...costs.values()].sort((a, b) => b.seconds - a.seconds)
}

/** The same node over inputs of the same sizes; sizes and permutations stay the constants they are. */
function replica(
  graph: Graph,
  node: GraphNode,
  inputs: readonly string[],
  byName: ReadonlyMap<string, GraphNode>,
  sizes: ReadonlyMap<string, readonly number[]>
): Omit<Candidate, 'name'> {
  const outputs = graph.outputsOf(node.name)
  const fed = inputs.filter((input) => !fixedValue(input, byName, sizes))
  return {
    inputs: fed.map((input) => ({ dtype: graph.tensor(input).dtype, shape: sizes.get(input)! })),
    build: (target, given) => {
      let next = 0
      const own = inputs.map((input) => {
        const fixed = fixedValue(input, byName, sizes)
        if (!fixed) return given[next++]!
        if ('shape' in fixed) return constant(target, fixed.shape, 'int32')
        return target.emit('Const', [], fixed.attributes, [graph.tensor(input)])[0]!
      })
      return target.emit(
        node.op,
        own,
        node.attributes,
        outputs.map((output) => ({ dtype: output.dtype, shape: sizes.get(reference(output)) ?? output.shape }))
      )
    }
  }
}

function fixedValue(
  input: string,
  byName: ReadonlyMap<string, GraphNode>,
  sizes: ReadonlyMap<string, readonly number[]>
): { attributes: Record<string, Attribute> } | { shape: readonly number[] } | null {
  const source = byName.get(input)
  if (source?.op === 'Const') return { attributes: source.attributes }
  if (source?.op === 'Shape') return { shape: sizes.get(source.inputs[0]!)! }
  return null
}
