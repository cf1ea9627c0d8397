import type { CheckedLayer, CheckResult } from '../checked'
import { edit, insertOnEdge, type NewNode } from '../edit'
import { graphOf, type DrawingName, type Location } from '../locate'
import type messages from '../../messages/en.json'
import type { Problem, ProblemCode } from '../problems'
import type { Architecture, ArchitectureGraph, ArchitectureNode, Edge } from '../schema'

export type FixCode = keyof typeof messages.fix

/** What mends a problem, and what it will say on its button. */
export interface Fix {
  code: FixCode
  parameters: Record<string, string | number>
  apply(architecture: Architecture): Architecture
}

/** Where a problem stands. */
export interface Context extends Location {
  architecture: Architecture
  result: CheckResult
  graph: ArchitectureGraph
  node: ArchitectureNode
  layer: CheckedLayer | undefined
}

/** What mends the problems of a code; null where only the user can know. */
export type Rule<Code extends ProblemCode = ProblemCode> = (
  context: Context,
  problem: Extract<Problem, { code: Code }>
) => Fix | null

/** Puts a layer on a connection, which is found by its target and port: its source may be another by then. */
export function putBefore(
  architecture: Architecture,
  drawing: DrawingName,
  { target, port }: Pick<Edge, 'target' | 'port'>,
  added: NewNode,
  when?: string
): Architecture {
  const edge = graphOf(architecture, drawing)?.edges.find((one) => one.target === target && one.port === port)
  if (!edge) return architecture
  const { architecture: next, ids } = insertOnEdge(architecture, drawing, added, edge)
  if (when === undefined) return next
  return edit(next, drawing, (graph) => {
    const node = graph.nodes.find(({ id }) => id === ids[0])
    if (node?.type === 'layer') node.when = when
  })
}
