import ELK from 'elkjs/lib/elk-api'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'

/** The layout engine, in a worker: the window answers while hundreds of nodes are placed. */
export const elk = new ELK({ workerUrl })

/** Layers from top to bottom, long ways straight, the order of the drawing kept. */
export const LAYERED = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  // Of layouts with as few crossings, the one in the drawing's order: branches stand as they are joined.
  'elk.layered.considerModelOrder.crossingCounterNodeInfluence': '0.1'
}
export const straightness = (main: boolean): Record<string, string> => ({
  'elk.layered.priority.straightness': main ? '20' : '0'
})
