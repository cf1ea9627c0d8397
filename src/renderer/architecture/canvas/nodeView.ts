import { summaryText } from '../drawing/summaryText'
import type { NodeSummary } from '../../../shared/architecture/check'
import type { NodeFigures, ReceptiveField } from '../../../shared/architecture/figures'
import type { Shape } from '../../../shared/architecture/layer'
import type { ArchitectureNode } from '../../../shared/architecture/schema'
import { visible } from '../../../shared/text/visible'

/** What a node of the canvas shows. */
export interface NodeView {
  id: string
  type: ArchitectureNode['type']
  /** The layer's kind or the block's name; `input`, `output` or `blockOutput`. */
  kind: string
  detail: string
  /** How often an instance is repeated, as a number or an expression. */
  repeat: string | null
  shape: Shape | null
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
}

export function nodeView(
  node: ArchitectureNode,
  summary: NodeSummary | undefined,
  figures: NodeFigures | undefined,
  extra: Pick<NodeView, 'share' | 'severity' | 'notice'>,
  inBlock: boolean
): NodeView {
  const inner = node.type === 'layer' || node.type === 'block'
  return {
    id: node.id,
    type: node.type,
    kind: node.type === 'layer' ? visible(node.kind) : node.type === 'block' ? node.block : endKind(node.type, inBlock),
    detail: summaryText(node),
    repeat: node.type === 'block' && node.repeat ? visible(String(node.repeat.count)).replace(/^=/, '') : null,
    shape: summary?.outputShape ?? null,
    parameters: summary?.parameters ?? 0,
    multiplyAdds: summary?.multiplyAdds ?? 0,
    activationBytes: figures?.activationBytes ?? 0,
    receptiveField: figures?.receptiveField ?? null,
    bypassed: inner && node.bypassed === true,
    frozen: inner && node.frozen === true,
    when: inner && node.when ? node.when.slice(1) : null,
    note: node.label ?? '',
    ...extra
  }
}

/** Classes leave the network, any value a block. */
const endKind = (type: 'input' | 'output', inBlock: boolean): string =>
  type === 'output' && inBlock ? 'blockOutput' : type
