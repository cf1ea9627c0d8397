import { evaluateExpression, type Scope } from './expressions'
import { Drawings, measureExtent } from './extent'
import { instancesOf, resolveAll } from './instances'
import { countParameters, INPUT, type CheckedLayer, type CheckResult, type NodeSummary } from './checked'
import { elements, type LayerDefinition, type Shape } from './layer'
import { isLayerKind, layerDefinition } from './layers'
import { LIMITS } from './limits'
import { ArchitectureProblem, formatShape, type PlacelessProblem, type Problem } from './problems'
import type { Architecture, ArchitectureGraph, ArchitectureNode, BlockNode, LayerNode } from './schema'
import { faultOf } from '../issues'
import { findCycle } from './topology'
import { unknownIn } from './unknown'

export * from './checked'

/** Nodes of a cycle that a message names. */
const MAX_NAMES = 20

/** Where a drawing stands: parameters of the enclosing block, names of the blocks around it, and what they pass on. */
interface Surroundings {
  scope: Scope
  ancestors: readonly string[]
  frozen: boolean
  /** Whether its values reach the network's output. */
  live: boolean
}
const TOP: Surroundings = { scope: new Map(), ancestors: [], frozen: false, live: true }

interface Value {
  path: string
  shape: Shape
}

const total = (layers: readonly CheckedLayer[]): { parameters: number; multiplyAdds: number } => ({
  parameters: layers.reduce((sum, layer) => sum + countParameters(layer.parameters), 0),
  multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)
})

/** Resolves the drawing to a list of layers with shapes and parameters, and collects what is wrong with it. */
export function checkArchitecture(architecture: Architecture): CheckResult {
  const drawings = new Drawings()
  const { problem } = measureExtent(architecture, drawings)
  if (problem) return notOpened(problem)
  const checker = new Checker(architecture, drawings)
  const { channels, height, width } = architecture.input
  const inputShape = [channels, height, width]
  const output = checker.expand(architecture.graph, TOP, '', { path: INPUT, shape: inputShape })
  if (output && formatShape(output.shape) !== String(architecture.classes)) {
    const parameters = { shape: formatShape(output.shape), classes: architecture.classes }
    checker.report('', { code: 'output-width', parameters })
  }
  if (output?.path === INPUT) checker.report('', { code: 'empty', parameters: {} })
  const { problems, summaries } = checker
  const checkedLayers = checker.layers.filter(({ path }) => !checker.dead.has(path))
  const ok = output !== null && problems.length === 0
  const checked = ok
    ? {
        name: architecture.name,
        inputShape,
        classes: architecture.classes,
        layers: checkedLayers,
        output: output.path,
        totals: total(checkedLayers)
      }
    : null
  return {
    checked,
    problems,
    warnings: checker.warnings,
    layers: checker.layers,
    output: output?.path ?? null,
    summaries
  }
}

/** Nothing is worked out of a drawing that has no end or would be too large. */
const notOpened = (problem: Problem): CheckResult => ({
  checked: null,
  problems: [problem],
  warnings: [],
  layers: [],
  output: null,
  summaries: new Map()
})

class Checker {
  readonly layers: CheckedLayer[] = []
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []
  /** Paths of layers whose values go nowhere. */
  readonly dead = new Set<string>()
  readonly summaries = new Map<string, NodeSummary>()
  private readonly attributes = new Map<string, ReturnType<LayerDefinition['attributes']['safeParse']>>()

  constructor(
    private readonly architecture: Architecture,
    private readonly drawings: Drawings
  ) {}

  report(path: string, problem: PlacelessProblem, live = true): void {
    const list = live ? this.problems : this.warnings
    if (list.length < LIMITS.problems) list.push({ ...problem, path })
  }

  /** Expands one drawing; the value of its output node, or null where a problem stands before it. */
  expand(graph: ArchitectureGraph, around: Surroundings, prefix: string, input: Value | null): Value | null {
    this.checkEnds(graph, prefix)
    const { ordered, cyclic, live: reaching } = this.drawings.of(graph)
    if (cyclic.length > 0) {
      const parameters = { nodes: roundTrip(findCycle(graph, cyclic)) }
      this.report(prefix.slice(0, -1), { code: 'cycle', parameters })
      return null
    }
    const values = new Map<string, Value | null>()
    let output: Value | null = null
    for (const { node, incoming } of ordered) {
      const path = prefix + node.id
      const inputs = incoming.map((edge) => values.get(edge.source) ?? null)
      const firstLayer = this.layers.length
      const live = around.live && (reaching.has(node.id) || node.type === 'input')
      const value = this.guard(path, live, () => this.resolve(node, { ...around, live }, path, inputs, input))
      values.set(node.id, value)
      if (around.live && !live) this.report(path, { code: 'unused', parameters: {} }, false)
      if (node.type === 'output') output = value
      this.summarise(path, value, firstLayer)
    }
    return output
  }

  private resolve(
    node: ArchitectureNode,
    around: Surroundings,
    path: string,
    inputs: (Value | null)[],
    input: Value | null
  ): Value | null {
    for (const problem of unknownIn(node)) this.report(path, problem, around.live)
    if (node.type === 'input') return input
    if (inputs.length === 0) throw new ArchitectureProblem('unconnected')
    if (node.type !== 'output' && node.bypassed) return inputs[0]!
    if (node.type === 'output' || (node.when && !evaluateExpression(node.when, around.scope))) {
      if (inputs.length > 1) throw new ArchitectureProblem('too-many-inputs', { max: 1, count: inputs.length })
      return inputs[0]!
    }
    if (node.type === 'block') {
      if (inputs.length > 1) throw new ArchitectureProblem('too-many-inputs', { max: 1, count: inputs.length })
      return this.expandBlock(node, around, path, inputs[0]!)
    }
    if (inputs.some((value) => value === null)) return null
    return this.checkLayer(node, around, path, inputs as Value[])
  }

  private checkLayer(node: LayerNode, { scope, frozen, live }: Surroundings, path: string, inputs: Value[]): Value {
    const { kind } = node
    if (!isLayerKind(kind)) throw new ArchitectureProblem('unknown-layer', { kind })
    const definition = layerDefinition(kind)
    const { min, max } = definition.inputs
    if (inputs.length > max) throw new ArchitectureProblem('too-many-inputs', { max, count: inputs.length })
    if (inputs.length < min) throw new ArchitectureProblem('too-few-inputs', { min, count: inputs.length })
    const attributes = resolveAll(node.attributes, scope)
    const parsed = this.parseAttributes(kind, definition, attributes)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!
      const reason = faultOf(issue, attributes)
      throw new ArchitectureProblem('attribute', { attribute: issue.path.join('.'), reason })
    }
    const inputShapes = inputs.map((value) => value.shape)
    const outputShape = definition.outputShape(parsed.data, inputShapes)
    const parameters = definition.parameters(parsed.data, inputShapes)
    for (const shape of [outputShape, ...parameters.map((parameter) => parameter.shape)]) {
      if (elements(shape) > LIMITS.tensorValues) {
        throw new ArchitectureProblem('too-large', { shape: formatShape(shape), max: LIMITS.tensorValues })
      }
    }
    this.layers.push({
      path,
      kind,
      attributes: parsed.data,
      inputs: inputs.map((value) => value.path),
      inputShapes,
      outputShape,
      parameters,
      multiplyAdds: definition.multiplyAdds(parsed.data, inputShapes, outputShape),
      frozen: frozen || node.frozen === true
    })
    if (!live) this.dead.add(path)
    return { path, shape: outputShape }
  }

  /** Layers of many instances have the same attributes, which are parsed once. */
  private parseAttributes(kind: string, { attributes }: LayerDefinition, values: object) {
    const key = `${kind} ${JSON.stringify(values)}`
    const known = this.attributes.get(key)
    if (known) return known
    const parsed = attributes.safeParse(values)
    this.attributes.set(key, parsed)
    return parsed
  }

  private expandBlock(
    node: BlockNode,
    { scope, ancestors, frozen, live }: Surroundings,
    path: string,
    input: Value | null
  ): Value | null {
    const { definition, count, first, following } = instancesOf(this.architecture, node, scope, ancestors)
    const around = { ancestors: [...ancestors, node.block], frozen: frozen || node.frozen === true, live }
    const instance = (instancePath: string, value: Value | null, inner: Scope): Value | null =>
      this.expand(definition.graph, { ...around, scope: inner }, `${instancePath}.`, value)
    if (!node.repeat) return instance(path, input, first)
    let value = input
    for (let index = 0; index < count; index++) {
      const firstLayer = this.layers.length
      value = instance(`${path}.${index}`, value, index === 0 ? first : following)
      this.summarise(`${path}.${index}`, value, firstLayer)
    }
    return value
  }

  private summarise(path: string, value: Value | null, firstLayer: number): void {
    this.summaries.set(path, {
      outputShape: value?.shape ?? null,
      ...total(this.layers.slice(firstLayer))
    })
  }

  private checkEnds(graph: ArchitectureGraph, prefix: string): void {
    const ids = new Set<string>()
    for (const { id } of graph.nodes) {
      if (ids.has(id)) this.report(prefix + id, { code: 'duplicate-id', parameters: { id } })
      ids.add(id)
    }
    for (const type of ['input', 'output'] as const) {
      const count = graph.nodes.filter((node) => node.type === type).length
      if (count !== 1) this.report(prefix.slice(0, -1), { code: 'one-end', parameters: { type, count } })
    }
    for (const { source, target } of graph.edges) {
      const missing = [source, target].find((id) => !ids.has(id))
      if (missing !== undefined) {
        this.report(prefix.slice(0, -1), { code: 'unknown-node', parameters: { id: missing } })
      }
    }
  }

  private guard(path: string, live: boolean, rule: () => Value | null): Value | null {
    try {
      return rule()
    } catch (error) {
      if (!(error instanceof ArchitectureProblem)) throw error
      this.report(path, error.placeless, live)
      return null
    }
  }
}

/** `a → b → a`; of a long way its beginning. */
const roundTrip = (cycle: readonly string[]): string =>
  [...(cycle.length > MAX_NAMES ? [...cycle.slice(0, MAX_NAMES), '…'] : cycle), cycle[0]].join(' → ')
