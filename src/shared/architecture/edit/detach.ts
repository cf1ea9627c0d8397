import { produce, type Draft } from 'immer'
import { ResiduumError } from '../../errors'
import { substitute } from '../expressionText'
import type { DrawingName } from '../locate'
import type { Architecture, ArchitectureGraph, ArchitectureNode, AttributeValue, BlockNode, LayerNode } from '../schema'
import { orderNodes } from '../topology'
import { freeName, namesIn, requireGraph } from './names'
import { requireRoom, type Added } from './drawing'
import { mapValues, requireDefinition, withoutPlaces } from './values'

/** What a node's condition comes to, once its expression is a literal. */
const decided = (when: string | undefined): boolean | null => {
  if (when === undefined) return true
  const text = when.slice(1)
  return text === 'true' ? true : text === 'false' ? false : null
}

/**
 * Puts the nodes of a block in place of its instance, one set for each repetition, arguments filled in.
 * Throws `edit-detach-condition`, and `edit-detach-count` where the number of repetitions is not known.
 */
export function detach(architecture: Architecture, drawing: DrawingName, id: string): Added {
  const graph = requireGraph(architecture, drawing)
  const instance = graph.nodes.find((node) => node.id === id)
  if (instance?.type !== 'block') throw new ResiduumError('edit-missing', { name: id })
  if (instance.when || instance.bypassed) throw new ResiduumError('edit-detach-condition', { name: id })
  const definition = requireDefinition(architecture, instance.block)
  const count = instance.repeat ? substitute(instance.repeat.count, new Map()) : 1
  if (typeof count !== 'number') throw new ResiduumError('edit-detach-count', { name: id, count: String(count) })
  const { nodes: inner, edges: between } = definition.graph
  requireRoom(graph, { nodes: count * inner.length, edges: count * between.length })
  const taken = namesIn(graph)
  taken.delete(id)
  const source = graph.edges.find(({ target }) => target === id)?.source ?? null
  const made: ArchitectureNode[] = []
  const edges: ArchitectureGraph['edges'] = []
  let value = source
  for (let index = 0; index < count; index++) {
    const given = { ...instance.arguments, ...(index === 0 ? instance.repeat?.first : {}) }
    const scope = new Map(
      definition.parameters.map((parameter): [string, AttributeValue] => [
        parameter.name,
        given[parameter.name] ?? parameter.default
      ])
    )
    const stem = instance.repeat ? `${id}_${index}` : id
    value = spread(definition.graph, {
      scope,
      stem,
      taken,
      made,
      edges,
      source: value,
      frozen: instance.frozen === true
    })
  }
  const next = produce(architecture, (draft) => {
    const own = requireGraph(draft, drawing) as Draft<ArchitectureGraph>
    const at = own.nodes.findIndex((node) => node.id === id)
    own.nodes.splice(at, 1, ...(made as Draft<ArchitectureNode>[]))
    const leaving = own.edges.filter((edge) => edge.source === id)
    own.edges = own.edges.filter((edge) => edge.source !== id && edge.target !== id)
    own.edges.push(...edges)
    if (value !== null) own.edges.push(...leaving.map((edge) => ({ ...edge, source: value! })))
    // Its nodes have no places in this drawing: it is laid out anew.
    for (const node of own.nodes) delete node.position
  })
  return { architecture: next, ids: made.map((node) => node.id) }
}

interface Spreading {
  scope: ReadonlyMap<string, AttributeValue>
  stem: string
  taken: Set<string>
  made: ArchitectureNode[]
  edges: ArchitectureGraph['edges']
  source: string | null
  frozen: boolean
}

/** Adds one set of a block's nodes; gives the name of the node whose value leaves it. */
function spread(
  inner: ArchitectureGraph,
  { scope, stem, taken, made, edges, source, frozen }: Spreading
): string | null {
  const names = new Map<string, string | null>()
  let result: string | null = source
  for (const { node, incoming } of orderNodes(inner).ordered) {
    const inputs = incoming.flatMap((edge) => {
      const from = names.get(edge.source) ?? null
      return from === null ? [] : [{ from, port: edge.port }]
    })
    if (node.type === 'input') names.set(node.id, source)
    else if (node.type === 'output') result = inputs[0]?.from ?? null
    else {
      const filled = mapValues(node, (value) => substitute(value, scope))
      const condition = decided(filled.when)
      if (condition === false) {
        names.set(node.id, inputs[0]?.from ?? null)
        continue
      }
      const name = freeName(taken, `${stem}_${node.id}`.slice(0, 60))
      taken.add(name)
      const { when, ...rest } = withoutPlaces([filled])[0] as LayerNode | BlockNode
      made.push({
        ...rest,
        id: name,
        ...(condition === null && { when: when! }),
        ...(frozen && { frozen: true })
      })
      for (const { from, port } of inputs) edges.push({ source: from, target: name, port })
      names.set(node.id, name)
    }
  }
  return result
}
