import { inputsOf } from '../edit'
import { evaluateExpression, type Scope } from '../expressions'
import { instancesOf } from '../instances'
import { isLayerKind, layerDefinition } from '../layers'
import { definitionOf, graphOf, locate, type Entered } from '../locate'
import type { Architecture, ArchitectureGraph, AttributeValue, LayerNode } from '../schema'
import { putBefore, type Context, type Fix } from './fix'
import { asPair } from './setting'

/**
 * A 1x1 convolution that brings one input of an addition to the shape of the other (He et al. 2015, option B).
 * Inside a block its channels and stride are what the layers on the other way have, so that it fits every instance, and
 * where others fit without it, it stands under a condition over the block's parameters, if one tells them apart.
 */
export function project(context: Context): Fix | null {
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
    parameters: { stride: Array.isArray(step) ? step.join('x') : String(step), channels: String(channels) },
    apply: (before) => {
      const added = { type: 'layer', kind: 'Conv2d', stem: 'shortcut', attributes } as const
      return putBefore(before, context.drawing, edge, added, condition(context, step))
    }
  }
}

/** A condition that is met by exactly those instances of the block that do not fit; undefined where there is none. */
function condition({ architecture, drawing, node, result }: Context, step: AttributeValue): string | undefined {
  const definition = drawing === null ? undefined : definitionOf(architecture, drawing)
  if (!definition) return undefined
  const wrong = new Set(result.problems.flatMap(({ code, path }) => (code === 'unequal-shapes' ? [path] : [])))
  const instances = [...result.summaries].flatMap(([path, { outputShape }]) => {
    // One behind a problem is not known to fit or not.
    if (!path.endsWith(`.${node.id}`) || (outputShape === null && !wrong.has(path))) return []
    const location = locate(architecture, path)
    if (location?.drawing !== drawing) return []
    return [{ scope: scopeOf(architecture, location.within), fits: !wrong.has(path) }]
  })
  if (instances.every(({ fits }) => !fits)) return undefined
  const flags = definition.parameters.filter(({ type }) => type === 'boolean').map(({ name }) => `=${name}`)
  const strides = typeof step === 'string' ? [`${step} != 1`] : []
  return [...flags, ...strides].find((text) =>
    instances.every(({ scope, fits }) => Boolean(evaluateExpression(text, scope)) === !fits)
  )
}

/** Values of the parameters of the innermost of the blocks that are entered. */
function scopeOf(architecture: Architecture, within: readonly Entered[]): Scope {
  let scope: Scope = new Map()
  within.forEach(({ id, index }, depth) => {
    const around = within.slice(0, depth).map(({ block }) => block)
    const node = graphOf(architecture, around.at(-1) ?? null)?.nodes.find((one) => one.id === id)
    if (node?.type !== 'block') return
    const { first, following } = instancesOf(architecture, node, scope, around)
    scope = index ? following : first
  })
  return scope
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
