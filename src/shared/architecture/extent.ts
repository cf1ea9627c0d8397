import { evaluateExpression, type Scope } from './expressions'
import { instancesOf } from './instances'
import { LIMITS } from './limits'
import { ArchitectureProblem, type Problem } from './problems'
import type { Architecture, ArchitectureGraph, ArchitectureNode, BlockNode } from './schema'
import { analyseDrawing, type AnalysedDrawing } from './topology'

/** What a drawing amounts to once its blocks are opened and repeated. */
export interface Extent {
  layers: number
  /** Nodes and connections. */
  parts: number
}

/** The extent of a network, or why it cannot be opened; `visited` is how many nodes were looked at to know. */
export type Measured = { visited: number } & ({ extent: Extent; problem: null } | { extent: null; problem: Problem })

/**
 * Counts what a drawing amounts to without opening it: each block once for every set of values of its parameters, times
 * the number of its repetitions. Stops where a limit is exceeded, blocks are too deep, or one stands in itself.
 */
export function measureExtent(architecture: Architecture, drawings = new Drawings()): Measured {
  const counter = new Counter(architecture, drawings)
  try {
    const extent = counter.drawing(architecture.graph, new Map(), [], '')
    return { extent, problem: null, visited: counter.visited }
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error
    return { extent: null, problem: error.problem, visited: counter.visited }
  }
}

/** Order and ends of each drawing, worked out once for all its instances. */
export class Drawings {
  private readonly known = new Map<ArchitectureGraph, AnalysedDrawing>()

  of(graph: ArchitectureGraph): AnalysedDrawing {
    const known = this.known.get(graph)
    if (known) return known
    const analysed = analyseDrawing(graph)
    this.known.set(graph, analysed)
    return analysed
  }
}

class NotOpened extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}

/** These end a count: what lies behind them has no end. */
const ENDLESS = new Set<string>(['recursive-block', 'too-deep'])

class Counter {
  visited = 0
  private readonly known = new Map<string, Extent>()

  constructor(
    private readonly architecture: Architecture,
    private readonly drawings: Drawings
  ) {}

  /** `prefix` is the path of the drawing's instance with a dot behind. */
  drawing(graph: ArchitectureGraph, scope: Scope, ancestors: readonly string[], prefix: string): Extent {
    this.visited += graph.nodes.length
    const sum: Extent = { layers: 0, parts: graph.nodes.length + graph.edges.length }
    const { ordered, cyclic } = this.drawings.of(graph)
    within(sum, prefix.slice(0, -1))
    // A drawing with a cycle is not opened.
    if (cyclic.length > 0) return sum
    for (const { node, incoming } of ordered) {
      if (incoming.length === 0 || !takesPart(node, scope)) continue
      if (node.type === 'layer') sum.layers += 1
      if (node.type !== 'block' || incoming.length > 1) continue
      const path = prefix + node.id
      const own = this.block(node, scope, ancestors, path)
      within(own, path)
      sum.layers += own.layers
      sum.parts += own.parts
      within(sum, prefix.slice(0, -1))
    }
    within(sum, prefix.slice(0, -1))
    return sum
  }

  private block(node: BlockNode, scope: Scope, ancestors: readonly string[], path: string): Extent {
    try {
      const { definition, count, first, following } = instancesOf(this.architecture, node, scope, ancestors)
      const inside = (values: Scope): Extent => {
        const key = `${node.block} ${JSON.stringify([...values.values()])}`
        const known = this.known.get(key)
        if (known) return known
        const start = node.repeat ? `${path}.${values === first ? 0 : 1}.` : `${path}.`
        const extent = this.drawing(definition.graph, values, [...ancestors, node.block], start)
        this.known.set(key, extent)
        return extent
      }
      const one = inside(first)
      if (count === 1) return one
      const other = inside(following)
      return { layers: one.layers + (count - 1) * other.layers, parts: one.parts + (count - 1) * other.parts }
    } catch (error) {
      if (!(error instanceof ArchitectureProblem)) throw error
      if (ENDLESS.has(error.code)) throw new NotOpened(error.at(path))
      // What else is wrong with it, the check says; nothing is opened.
      return { layers: 0, parts: 0 }
    }
  }
}

/** Throws where there is more than may be. */
function within({ layers, parts }: Extent, path: string): void {
  const fail = (code: 'too-many-layers' | 'too-many-parts', max: number): never => {
    throw new NotOpened({ path, code, parameters: { max } })
  }
  if (layers > LIMITS.layers) fail('too-many-layers', LIMITS.layers)
  if (parts > LIMITS.parts) fail('too-many-parts', LIMITS.parts)
}

/** Whether a node is there and not passed by. */
function takesPart(node: ArchitectureNode, scope: Scope): boolean {
  if (node.type === 'input' || node.type === 'output' || node.bypassed) return false
  if (node.when === undefined) return true
  try {
    return Boolean(evaluateExpression(node.when, scope))
  } catch {
    return false
  }
}
