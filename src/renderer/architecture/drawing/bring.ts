import type { VueFlowStore } from '@vue-flow/core'
import { markRaw, toRaw } from 'vue'
import { isSameEdge, type Drawn, type DrawnNode } from './flow'

type Flow = Pick<
  VueFlowStore,
  'setNodes' | 'setEdges' | 'addNodes' | 'addEdges' | 'removeNodes' | 'removeEdges' | 'findNode' | 'findEdge'
>

/**
 * Brings the canvas from what it draws to what it shall draw. Only what differs is touched: to give the library all
 * nodes anew costs it 50 ms with 300 of them.
 */
export function bring(flow: Flow, before: Drawn, next: Drawn): void {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const oldEdges = new Map(before.edges.map((edge) => [edge.id, edge]))
  const ids = new Set(next.nodes.map(({ id }) => id))
  const edgeIds = new Set(next.edges.map(({ id }) => id))
  for (const node of next.nodes) {
    const known = old.get(node.id)
    if (!known || known === node) continue
    const drawn = flow.findNode(node.id)
    if (!drawn) continue
    bringNode(drawn, node)
    if (known.selected !== node.selected) drawn.selected = node.selected
  }
  for (const edge of next.edges) {
    const known = oldEdges.get(edge.id)
    if (!known || known === edge || isSameEdge(known.data!, edge.data!)) continue
    const drawn = flow.findEdge(edge.id)
    if (drawn) drawn.data = edge.data
  }
  // Last: each of these makes the library index all nodes or connections anew when it is asked for one.
  const goneEdges = before.edges.filter(({ id }) => !edgeIds.has(id)).map(({ id }) => id)
  const gone = before.nodes.filter(({ id }) => !ids.has(id)).map(({ id }) => id)
  if (goneEdges.length > 0) flow.removeEdges(goneEdges)
  if (gone.length > 0) flow.removeNodes(gone, false)
  const added = next.nodes.filter(({ id }) => !old.has(id))
  if (added.length > 0) flow.addNodes(added)
  const addedEdges = next.edges.filter(({ id }) => !oldEdges.has(id))
  if (addedEdges.length > 0) flow.addEdges(addedEdges)
}

/** What is on the canvas is looked at as it is, without being followed; only what is set goes through the library. */
function bringNode(drawn: DrawnNode, node: DrawnNode): void {
  const now = toRaw(drawn)
  if (now.data.view !== node.data.view) drawn.data = node.data
  if (now.dimensions.width !== node.dimensions.width || now.dimensions.height !== node.dimensions.height) {
    drawn.style = node.style
    drawn.dimensions = node.dimensions
    drawn.handleBounds = node.handleBounds
  }
  // A selected node lies above the others.
  let { z } = now.computedPosition
  if (now.zIndex !== node.zIndex) {
    drawn.zIndex = node.zIndex
    z = node.computedPosition.z
  }
  const { x, y } = node.position
  if (now.position.x === x && now.position.y === y && now.computedPosition.z === z) return
  drawn.position = { x, y }
  drawn.computedPosition = markRaw({ x, y, z })
}
