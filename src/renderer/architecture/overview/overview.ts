import { INPUT, type CheckResult } from '../../../shared/architecture/check'
import type { Shape } from '../../../shared/architecture/layer'
import { definitionOf } from '../../../shared/architecture/locate'
import type { Architecture, ArchitectureGraph } from '../../../shared/architecture/schema'
import { checkedSummary } from '../../../shared/architecture/summary'
import type { Line } from '../drawing/layout'
import { categoryOf } from '../drawing/category'
import { costs, UNCHECKED, type NodeView } from '../drawing/nodeView'

/** The path that stands for the network's output: no name of a node, which has no brackets. */
export const OUTPUT = '(output)'

/** What the diagram draws at a path, its `id`: a layer, a closed or open block, or an end of the network. */
export interface Unit extends NodeView {
  /** The open block it stands in, or null at the top. */
  parent: string | null
}

export interface Diagram {
  units: Unit[]
  edges: Line[]
}

/**
 * The drawing as it is seen with the blocks at `open` opened. Edges follow the checked layers, so a
 * shortcut without a layer is drawn as the line it is.
 */
export function buildDiagram(
  architecture: Architecture,
  { checked, summaries }: CheckResult,
  open: ReadonlySet<string>
): Diagram {
  if (!checked) return { units: [], edges: [] }
  const blocks = blockInstances(architecture, summaries)
  const layers = new Map(checked.layers.map((layer) => [layer.path, layer]))
  const units = new Map<string, Unit>()
  const place = (path: string): Unit => {
    const found = units.get(path)
    if (found) return found
    const block = blocks.get(path)
    const summary = summaries.get(path)
    const layer = layers.get(path)
    const isOpen = block !== undefined && open.has(path)
    const type = block ? 'block' : 'layer'
    const kind = block?.name ?? layer?.kind ?? ''
    const unit: Unit = {
      ...UNCHECKED,
      id: path,
      name: path.slice(path.lastIndexOf('.') + 1),
      parent: parentOf(path, blocks),
      type,
      opening: block ? (isOpen ? 'open' : 'closed') : null,
      kind,
      ...categoryOf(type, kind),
      detail: block?.detail ?? (layer ? checkedSummary(layer) : ''),
      repeat: block && block.repeat > 1 ? String(block.repeat) : null,
      frozen: layer?.frozen === true,
      ...costs(summary, undefined)
    }
    if (unit.parent !== null) place(unit.parent)
    units.set(path, unit)
    return unit
  }
  const end = (path: string, type: 'input' | 'output', shape: Shape): void => {
    units.set(path, {
      ...UNCHECKED,
      id: path,
      name: path,
      parent: null,
      type,
      kind: type,
      ...categoryOf(type, type),
      shape
    })
  }

  const visible = (layerPath: string): string => {
    if (layerPath === INPUT) return INPUT
    const closed = ancestors(layerPath).find((path) => blocks.has(path) && !open.has(path))
    return closed ?? layerPath
  }
  end(INPUT, 'input', checked.inputShape)
  const edges = new Map<string, Line>()
  const connect = (from: string, to: string, port: number): void => {
    const [source, target] = [visible(from), to === OUTPUT ? OUTPUT : visible(to)]
    const key = `${source}>${target}`
    if (source !== target && !edges.has(key)) edges.set(key, { id: key, source, target, port })
  }
  for (const layer of checked.layers) {
    place(visible(layer.path))
    for (const [port, input] of layer.inputs.entries()) connect(input, layer.path, port)
  }
  end(OUTPUT, 'output', [checked.classes])
  connect(checked.output, OUTPUT, 0)
  return { units: [...units.values()], edges: [...edges.values()] }
}

/** Every path that can be opened; none where the network could not be worked out. */
export const blockPaths = (architecture: Architecture, { summaries }: CheckResult): string[] => [
  ...blockInstances(architecture, summaries).keys()
]

/** More than a screen can show and a layout can bear. */
const MOST_UNITS = 800

/** The blocks that can be open at once, the outer ones first, so that no more is drawn than can be. */
export function pathsToOpen(architecture: Architecture, result: CheckResult, most = MOST_UNITS): string[] {
  const paths = blockPaths(architecture, result)
  const inside = new Map<string, number>()
  for (const path of result.summaries.keys()) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')))
    inside.set(parent, (inside.get(parent) ?? 0) + 1)
  }
  const depth = (path: string): number => path.split('.').length
  let units = inside.get('') ?? 0
  const open: string[] = []
  for (const path of paths.sort((a, b) => depth(a) - depth(b))) {
    units += inside.get(path) ?? 0
    if (units > most) break
    open.push(path)
  }
  return open
}

interface BlockInstance {
  name: string
  detail: string
  repeat: number
}

/** The instances that the check has opened: their number is what it has counted. */
function blockInstances(architecture: Architecture, summaries: CheckResult['summaries']): Map<string, BlockInstance> {
  const found = new Map<string, BlockInstance>()
  const visit = (graph: ArchitectureGraph, prefix: string): void => {
    for (const node of graph.nodes) {
      const definition = node.type === 'block' ? definitionOf(architecture, node.block) : undefined
      if (node.type !== 'block' || !definition) continue
      const path = prefix + node.id
      const inner = definition.graph
      const isOpened = (at: string): boolean => summaries.has(at) && summaries.has(`${at}.${inner.nodes[0]?.id ?? ''}`)
      const add = (at: string, args: Record<string, unknown>, repeat: number): void => {
        found.set(at, { name: node.block, detail: describeArguments(args), repeat })
      }
      if (!node.repeat) {
        if (!isOpened(path)) continue
        add(path, node.arguments, 1)
        visit(inner, `${path}.`)
        continue
      }
      let count = 0
      while (isOpened(`${path}.${count}`)) count += 1
      if (count === 0) continue
      add(path, node.arguments, count)
      for (let index = 0; index < count; index++) {
        add(`${path}.${index}`, index === 0 ? { ...node.arguments, ...node.repeat.first } : node.arguments, 1)
        visit(inner, `${path}.${index}.`)
      }
    }
  }
  visit(architecture.graph, '')
  return found
}

const ancestors = (path: string): string[] => {
  const parts = path.split('.')
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('.'))
}

function parentOf(path: string, blocks: ReadonlyMap<string, unknown>): string | null {
  return (
    ancestors(path)
      .reverse()
      .find((ancestor) => blocks.has(ancestor)) ?? null
  )
}

const describeArguments = (args: Record<string, unknown>): string =>
  Object.entries(args)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
