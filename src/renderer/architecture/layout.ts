import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js'
import type { Diagram, Unit } from './diagram'

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

const elk = new ELK()

/** Places of all units, from top to bottom; those inside an open block are relative to it. */
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
  const result = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.layered.spacing.nodeNodeBetweenLayers': '22',
      'elk.spacing.nodeNode': '24',
      'elk.spacing.edgeNode': '18',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.nodePlacement.favorStraightEdges': 'true',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES'
    },
    children: children(null),
    edges: edges.map(({ source, target, main }) => ({
      id: `${source}>${target}`,
      sources: [source],
      targets: [target],
      layoutOptions: { 'elk.layered.priority.straightness': main ? '20' : '0' }
    }))
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
