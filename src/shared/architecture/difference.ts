import { jsonLine } from '../text/visible'
import { graphOf, type DrawingName } from './locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, BlockDefinition, Edge } from './schema'
import { edgeKey } from './topology'

export type ChangeState = 'same' | 'added' | 'removed' | 'changed'

/** Two versions of a drawing laid over each other. */
export interface DrawingDifference {
  drawing: DrawingName
  /** Of the drawing itself: the network's input, classes and description, a block's parameters. */
  changes: ValueChange[]
  nodes: { node: ArchitectureNode; state: ChangeState; changes: ValueChange[] }[]
  edges: { edge: Edge; state: 'same' | 'added' | 'removed' }[]
  /** How many nodes, connections and values of its own differ. */
  count: number
}

export interface ValueChange {
  name: string
  before: string
  after: string
}

/** What differs between two versions, drawing by drawing: the network first; drawings without a difference too. */
export function compareArchitectures(before: Architecture, after: Architecture): DrawingDifference[] {
  const names = new Set([...Object.keys(before.blocks), ...Object.keys(after.blocks)])
  return [
    compareGraphs(null, before.graph, after.graph, compareValues(ofNetwork(before), ofNetwork(after))),
    ...[...names].map((name) =>
      compareGraphs(
        name,
        graphOf(before, name),
        graphOf(after, name),
        // One that came or went says so by its nodes.
        before.blocks[name] && after.blocks[name]
          ? compareValues(ofBlock(before.blocks[name]), ofBlock(after.blocks[name]))
          : []
      )
    )
  ]
}

const ofNetwork = ({ input, classes, description }: Architecture): unknown => ({ ...input, classes, description })

/** The values of a block's parameters by their names. */
const ofBlock = ({ parameters }: BlockDefinition): unknown =>
  Object.fromEntries(parameters.map(({ name, ...values }) => [name, values]))

function compareGraphs(
  drawing: DrawingName,
  before: ArchitectureGraph | undefined,
  after: ArchitectureGraph | undefined,
  own: ValueChange[]
): DrawingDifference {
  const old = new Map(before?.nodes.map((node) => [node.id, node]))
  const current = new Map(after?.nodes.map((node) => [node.id, node]))
  const nodes: DrawingDifference['nodes'] = (after?.nodes ?? []).map((node) => {
    const former = old.get(node.id)
    if (!former) return { node, state: 'added', changes: [] }
    const changes = compareValues(former, node)
    return { node, state: changes.length > 0 ? 'changed' : 'same', changes }
  })
  for (const node of before?.nodes ?? []) {
    if (!current.has(node.id)) nodes.push({ node, state: 'removed', changes: [] })
  }
  const oldEdges = new Set(before?.edges.map(edgeKey))
  const newEdges = new Set(after?.edges.map(edgeKey))
  const edges: DrawingDifference['edges'] = [
    ...(after?.edges ?? []).map((edge) => ({ edge, state: oldEdges.has(edgeKey(edge)) ? 'same' : 'added' }) as const),
    ...(before?.edges ?? [])
      .filter((edge) => !newEdges.has(edgeKey(edge)))
      .map((edge) => ({ edge, state: 'removed' }) as const)
  ]
  const differs = ({ state }: { state: ChangeState }): boolean => state !== 'same'
  const count = own.length + nodes.filter(differs).length + edges.filter(differs).length
  return { drawing, changes: own, nodes, edges, count }
}

/** A node's values as flat texts; where it stands is no difference. */
function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return new Map([[prefix, jsonLine(value)]])
  return new Map(
    Object.entries(value)
      .filter(([key, inner]) => key !== 'position' && inner !== undefined)
      .flatMap(([key, inner]) => [
        ...flatten(inner, prefix === '' || prefix === 'attributes' || prefix === 'arguments' ? key : `${prefix}.${key}`)
      ])
  )
}

function compareValues(before: unknown, after: unknown): ValueChange[] {
  const [old, current] = [flatten(before), flatten(after)]
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((name) => old.get(name) !== current.get(name))
    .map((name) => ({ name, before: old.get(name) ?? '–', after: current.get(name) ?? '–' }))
}
