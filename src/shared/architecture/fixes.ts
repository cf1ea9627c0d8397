import { gcd } from './layer'
import type { CheckedLayer, CheckResult } from './checked'
import {
  connect,
  edit,
  freeName,
  inputsOf,
  insertOnEdge,
  namesIn,
  removeNodes,
  setAttribute,
  type AttributeField,
  type NewNode
} from './edit'
import { isLayerKind, layerDefinition } from './layers'
import { graphOf, locate, type DrawingName } from './locate'
import type messages from '../messages/en.json'
import type { Problem, ProblemCode } from './problems'
import { findPath } from './topology'
import type { Architecture, ArchitectureGraph, ArchitectureNode, AttributeValue, Edge, LayerNode } from './schema'

export type FixCode = keyof typeof messages.fix

/** What mends a problem, and what it will say on its button. */
export interface Fix {
  code: FixCode
  parameters: Record<string, string | number>
  apply(architecture: Architecture): Architecture
}

interface Context {
  architecture: Architecture
  result: CheckResult
  drawing: DrawingName
  graph: ArchitectureGraph
  node: ArchitectureNode
  /** Path of the drawing's instance, with a dot behind. */
  prefix: string
  layer: CheckedLayer | undefined
}

/** The fix for a problem; null where only the user can know. */
export function findFix(architecture: Architecture, result: CheckResult, problem: Problem): Fix | null {
  if (problem.code === 'output-width') return fixOutput(architecture, result)
  const location = locate(architecture, problem.path)
  if (!location?.node) return null
  const { drawing, prefix, node } = location
  const layer = result.layers.find(({ path }) => path === problem.path)
  const graph = graphOf(architecture, drawing)!
  const context: Context = { architecture, result, drawing, graph, node, prefix, layer }
  // The rule of a code takes the problem of that code.
  const rule = rules[problem.code] as Rule | undefined
  return rule ? rule(context, problem) : null
}

type Rule<Code extends ProblemCode = ProblemCode> = (
  context: Context,
  problem: Extract<Problem, { code: Code }>
) => Fix | null

/** Sets an attribute of a layer. */
const set = (drawing: DrawingName, { id }: LayerNode, name: string, value: AttributeValue): Fix => ({
  code: 'set',
  parameters: { attribute: name, value: Array.isArray(value) ? value.join('x') : String(value) },
  apply: (architecture) => setAttribute(architecture, drawing, [id], 'attributes', name, value)
})

const setting =
  <Code extends ProblemCode>(
    name: string,
    value: (context: Context, problem: Extract<Problem, { code: Code }>) => AttributeValue | null
  ): Rule<Code> =>
  (context, problem) => {
    const next = value(context, problem)
    return next === null || context.node.type !== 'layer' ? null : set(context.drawing, context.node, name, next)
  }

const removal = ({ drawing, node }: Context): Fix => ({
  code: 'remove',
  parameters: { name: node.id },
  apply: (architecture) => removeNodes(architecture, drawing, [node.id])
})

/** Takes out of a node, or out of its attributes, what is not known there. */
const withoutName = ({ drawing, node }: Context, problem: Extract<Problem, { parameters: { name: unknown } }>): Fix => {
  const name = String(problem.parameters.name)
  return {
    code: 'remove',
    parameters: { name },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const found = own.nodes.find(({ id }) => id === node.id)
        if (found?.type === 'layer' && problem.code.startsWith('unknown-attribute')) delete found.attributes[name]
        else delete (found as Record<string, unknown> | undefined)?.[name]
      })
  }
}

/** Gives the value of an attribute that is not known to the one that was probably meant, unless that has its own. */
const withNear: Rule<'unknown-attribute-near'> = (context, problem) => {
  const { drawing, node } = context
  const [name, near] = [String(problem.parameters.name), String(problem.parameters.near)]
  if (node.type !== 'layer' || Object.hasOwn(node.attributes, near)) return withoutName(context, problem)
  return {
    code: 'rename',
    parameters: { name, near },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const found = own.nodes.find(({ id }) => id === node.id)
        if (found?.type !== 'layer' || !Object.hasOwn(found.attributes, name)) return
        found.attributes[near] = found.attributes[name]!
        delete found.attributes[name]
      })
  }
}

const numbers = (text: unknown): number[] => String(text).split('x').map(Number)
/** A number for both directions where they are equal. */
const asPair = ([a, b]: number[]): AttributeValue => (a === b ? a! : [a!, b!])

const rules: { [Code in ProblemCode]?: Rule<Code> } = {
  'needs-flat': ({ drawing, node }) => ({
    code: 'insert-flatten',
    parameters: {},
    apply: (before) => putBefore(before, drawing, { target: node.id, port: 0 }, { type: 'layer', kind: 'Flatten' })
  }),
  'window-too-large': setting('kernel_size', (_, problem) => {
    const [kernel, input] = [numbers(problem.parameters.kernel), numbers(problem.parameters.input)]
    const padding = numbers(problem.parameters.padding)
    return asPair(kernel.map((size, axis) => Math.min(size, input[axis]! + 2 * padding[axis]!)))
  }),
  'pooling-padding': setting('padding', (_, problem) =>
    asPair(numbers(problem.parameters.kernel).map((size) => Math.floor(size / 2)))
  ),
  groups: (context, problem) => {
    const { attribute, groups, channels, outChannels } = problem.parameters
    const largest = gcd(Number(channels), Number(outChannels))
    let divisor = Math.min(Number(groups), largest)
    while (largest % divisor !== 0) divisor -= 1
    return setting(String(attribute), () => divisor)(context, problem)
  },
  'unequal-shapes': (context) => project(context),
  'too-many-inputs': ({ drawing, graph, node }) => ({
    code: 'insert-add',
    parameters: { count: inputsOf(graph, node.id).length },
    apply: (architecture) =>
      edit(architecture, drawing, (own) => {
        const id = freeName(namesIn(own), 'add')
        for (const edge of own.edges) if (edge.target === node.id) edge.target = id
        own.nodes.push({ type: 'layer', id, kind: 'Add', attributes: {} })
        own.edges.push({ source: id, target: node.id, port: 0 })
      })
  }),
  unconnected: ({ drawing, graph, node }) => {
    const open = graph.nodes.filter(
      ({ id, type }) => type !== 'output' && id !== node.id && !graph.edges.some(({ source }) => source === id)
    )
    const [only] = open.filter(({ id }) => findPath(graph, node.id, id) === null)
    if (!only || open.length > 1) return null
    return {
      code: 'connect',
      parameters: { source: only.id, target: node.id },
      apply: (architecture) => connect(architecture, drawing, only.id, node.id)
    }
  },
  'too-few-inputs': removal,
  unused: removal,
  'unknown-layer': removal,
  'unknown-block': removal,
  'activated-logits': removal,
  'bias-before-norm': setting('bias', () => false),
  'stride-over-kernel': setting('stride', ({ layer }) => {
    const { kernel_size: kernel, stride } = (layer?.attributes ?? {}) as Record<string, number[]>
    return kernel && stride ? asPair(stride.map((step, axis) => Math.min(step, kernel[axis]!))) : null
  }),
  'unknown-attribute': withoutName,
  'unknown-attribute-near': withNear,
  'unknown-entry': withoutName,
  'unknown-entry-near': withoutName,
  'unknown-argument': ({ drawing, node }, problem) => {
    const name = String(problem.parameters.argument)
    const without = (architecture: Architecture, field: AttributeField): Architecture =>
      setAttribute(architecture, drawing, [node.id], field, name, undefined)
    return { code: 'remove', parameters: { name }, apply: (before) => without(without(before, 'arguments'), 'first') }
  }
}

/** Puts a layer on a connection, which is found by its target and port: its source may be another by then. */
function putBefore(
  architecture: Architecture,
  drawing: DrawingName,
  { target, port }: Pick<Edge, 'target' | 'port'>,
  added: NewNode
): Architecture {
  const edge = graphOf(architecture, drawing)?.edges.find((one) => one.target === target && one.port === port)
  return edge ? insertOnEdge(architecture, drawing, added, edge).architecture : architecture
}

/** Makes the last layer as wide as there are classes, or adds one that is. */
function fixOutput(architecture: Architecture, { output, layers }: CheckResult): Fix | null {
  const { classes } = architecture
  const location = output === null ? null : locate(architecture, output)
  const last = location?.node
  if (last?.type === 'layer' && last.kind === 'Linear' && typeof last.attributes.out_features === 'number') {
    return set(location!.drawing, last, 'out_features', classes)
  }
  const end = architecture.graph.nodes.find(({ type }) => type === 'output')
  const edge = architecture.graph.edges.find(({ target }) => target === end?.id)
  if (!edge) return null
  const flat = layers.find(({ path }) => path === output)?.outputShape.length === 1
  const linear: NewNode = { type: 'layer', kind: 'Linear', stem: 'fc', attributes: { out_features: classes } }
  return {
    code: flat ? 'add-linear' : 'add-head',
    parameters: { classes },
    apply: (before) => {
      const flattened = flat ? before : putBefore(before, null, edge, { type: 'layer', kind: 'Flatten' })
      return putBefore(flattened, null, edge, linear)
    }
  }
}

/**
 * A 1x1 convolution that brings one input of an addition to the shape of the other (He et al. 2015, option B).
 * Inside a block its channels and stride are what the layers on the other way have, so that it fits every instance.
 */
function project(context: Context): Fix | null {
  const { graph, node, prefix, result } = context
  const edges = inputsOf(graph, node.id)
  const joins = node.type === 'layer' && isLayerKind(node.kind) && layerDefinition(node.kind).joinsPaths
  if (!joins || edges.length !== 2) return null
  const shapes = edges.map(({ source }) =>
    graph.nodes.find(({ id }) => id === source)?.type === 'input'
      ? inputShape(context)
      : result.summaries.get(prefix + source)?.outputShape
  )
  const ways = edges.map(({ source }) => layersOnTheWay(graph, source))
  const main = ways[0]!.length >= ways[1]!.length ? 0 : 1
  const [target, given] = [shapes[main], shapes[1 - main]]
  if (!target || !given || target.length !== 3 || given.length !== 3) return null
  const stride = [1, 2].map((axis) => Math.round(given[axis]! / target[axis]!))
  const fits = stride.every((step, at) => step >= 1 && Math.floor((given[at + 1]! - 1) / step) + 1 === target[at + 1])
  if (!fits) return null
  const channels = written(ways[main]!, 'out_channels') ?? target[0]!
  const step = written(ways[main]!, 'stride') ?? asPair(stride)
  const attributes: Record<string, AttributeValue> = { out_channels: channels, kernel_size: 1 }
  if (step !== 1) attributes.stride = step
  const edge = edges[1 - main]!
  return {
    code: 'project',
    parameters: { stride: [...new Set(stride)].join('x'), channels: target[0]! },
    apply: (before) =>
      putBefore(before, context.drawing, edge, { type: 'layer', kind: 'Conv2d', stem: 'shortcut', attributes })
  }
}

/** What enters the drawing that the context stands in. */
function inputShape({ architecture, prefix, result }: Context): readonly number[] | undefined {
  if (prefix === '') return Object.values(architecture.input)
  return result.summaries.get(`${prefix}input`)?.outputShape ?? undefined
}

/** Layers from a node backwards along first inputs to a node that several read, or the drawing's input. */
function layersOnTheWay(graph: ArchitectureGraph, from: string): LayerNode[] {
  const found: LayerNode[] = []
  for (let id: string | undefined = from; id !== undefined; id = inputsOf(graph, id)[0]?.source) {
    const node = graph.nodes.find((one) => one.id === id)
    if (node?.type !== 'layer' || graph.edges.filter(({ source }) => source === id).length > 1) break
    found.push(node)
  }
  return found
}

/** The expression that a way's layers have for an attribute, if it is one; null for literals and for several. */
function written(way: readonly LayerNode[], name: string): AttributeValue | null {
  const values = way.map(({ attributes }) => attributes[name]).filter((value) => value !== undefined && value !== 1)
  const [first] = values
  if (typeof first !== 'string' || !first.startsWith('=')) return null
  return name === 'out_channels' || values.length === 1 ? first : null
}
