import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api'
import { ResiduumError } from '../../../shared/errors'
import { elk, LAYERED, straightness } from '../drawing/elk'
import type { Diagram, Unit } from './overview'

export const NODE_WIDTH = 276
export const NODE_HEIGHT = 52
const END_HEIGHT = 36
/** Room for an open block's own title. */
const OPEN_TITLE = 56

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Places of all units, from top to bottom; those inside an open block are relative to it.
 * Throws ResiduumError `layout` where the network is too long for the layout's recursion.
 */
export async function layOut({ units, edges }: Diagram): Promise<Map<string, Box>> {
  const children = (parent: string | null): ElkNode[] =>
    units.filter((unit) => unit.parent === parent).map((unit) => toElk(unit))
  const toElk = (unit: Unit): ElkNode =>
    unit.type === 'open'
      ? {
          id: unit.path,
          children: children(unit.path),
          layoutOptions: { 'elk.padding': `[top=${OPEN_TITLE},left=16,bottom=16,right=16]` }
        }
      : { id: unit.path, width: NODE_WIDTH, height: unit.type === 'end' ? END_HEIGHT : NODE_HEIGHT }
  const drawing: ElkNode & { edges: ElkExtendedEdge[] } = {
    id: '(root)',
    layoutOptions: {
      ...LAYERED,
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.layered.spacing.nodeNodeBetweenLayers': '22',
      'elk.spacing.nodeNode': '24',
      'elk.spacing.edgeNode': '18'
    },
    children: children(null),
    edges: edges.map(({ source, target, main }) => ({
      id: `${source}>${target}`,
      sources: [source],
      targets: [target],
      layoutOptions: straightness(main)
    }))
  }
  const result = await elk.layout(drawing).catch((error: unknown) => {
    throw new ResiduumError('layout', { nodes: units.length }, { cause: error })
  })
  const boxes = new Map<string, Box>()
  const gather = (node: ElkNode): void => {
    for (const child of node.children ?? []) {
      boxes.set(child.id, { x: child.x!, y: child.y!, width: child.width!, height: child.height! })
      gather(child)
    }
  }
  gather(result)
  return boxes
}
