import type { NodeSummary } from '../../../shared/architecture/check'
import type { ChangeState } from '../../../shared/architecture/difference'
import type { NodeFigures, ReceptiveField } from '../../../shared/architecture/figures'
import type { Shape } from '../../../shared/architecture/layer'
import type { ArchitectureNode } from '../../../shared/architecture/schema'
import { visible } from '../../../shared/text/visible'
import { categoryOf, type Category } from './category'
import { summaryText } from './summaryText'

/** What a node of a drawing shows, wherever it is drawn. */
export interface NodeView {
  /** Unique in the drawing: the node's name, or its path where blocks are opened in place. */
  id: string
  name: string
  type: ArchitectureNode['type']
  /** The layer's kind or the block's name; `input`, `output` or `blockOutput`. */
  kind: string
  /** The kind in a few letters. */
  short: string
  category: Category
  detail: string
  /** How often an instance is repeated, as a number or an expression. */
  repeat: string | null
  /** Null where it could not be worked out; undefined where the drawing shows no shapes. */
  shape: Shape | null | undefined
  parameters: number
  multiplyAdds: number
  activationBytes: number
  receptiveField: ReceptiveField | null
  /** Share of the drawing's largest node, 0 to 1, which the bar shows. */
  share: number
  severity: 'error' | 'warning' | null
  notice: string
  bypassed: boolean
  frozen: boolean
  /** Stands under a condition, as an expression; null where it always takes part. */
  when: string | null
  note: string
  /** Whether it can be opened in place, and is; null where it cannot. */
  opening: 'open' | 'closed' | null
  /** Against another version of the drawing. */
  change: ChangeState
}

/** What is not known of a node before anything is worked out of it. */
export const UNCHECKED = {
  detail: '',
  repeat: null,
  shape: undefined,
  parameters: 0,
  multiplyAdds: 0,
  activationBytes: 0,
  receptiveField: null,
  share: 0,
  severity: null,
  notice: '',
  bypassed: false,
  frozen: false,
  when: null,
  note: '',
  opening: null,
  change: 'same'
} as const satisfies Partial<NodeView>

/** A node as it is drawn by the user, before anything is worked out of it. */
export function nodeView(node: ArchitectureNode, inBlock: boolean): NodeView {
  const inner = node.type === 'layer' || node.type === 'block'
  const kind = node.type === 'layer' ? node.kind : node.type === 'block' ? node.block : endKind(node.type, inBlock)
  return {
    ...UNCHECKED,
    id: node.id,
    name: node.id,
    type: node.type,
    kind: visible(kind),
    ...categoryOf(node.type, kind),
    detail: summaryText(node),
    repeat: node.type === 'block' && node.repeat ? visible(String(node.repeat.count)).replace(/^=/, '') : null,
    bypassed: inner && node.bypassed === true,
    frozen: inner && node.frozen === true,
    when: inner && node.when ? node.when.slice(1) : null,
    note: node.label ?? ''
  }
}

/** What the check has worked out of a node. */
export const costs = (
  summary: NodeSummary | undefined,
  figures: NodeFigures | undefined
): Pick<NodeView, 'shape' | 'parameters' | 'multiplyAdds' | 'activationBytes' | 'receptiveField'> => ({
  shape: summary?.outputShape ?? null,
  parameters: summary?.parameters ?? 0,
  multiplyAdds: summary?.multiplyAdds ?? 0,
  activationBytes: figures?.activationBytes ?? 0,
  receptiveField: figures?.receptiveField ?? null
})

/** Classes leave the network, any value a block. */
const endKind = (type: 'input' | 'output', inBlock: boolean): string =>
  type === 'output' && inBlock ? 'blockOutput' : type
