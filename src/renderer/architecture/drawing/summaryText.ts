import type { ArchitectureNode, AttributeValue } from '../../../shared/architecture/schema'
import { layerSummary, namedText } from '../../../shared/architecture/summary'

/** A node in a line: what a reader looks for in a layer, `3×3, 64, stride 2, pad 1`; an instance's arguments. */
export function summaryText(node: ArchitectureNode): string {
  if (node.type === 'layer') return layerSummary(node.kind, node.attributes)
  if (node.type !== 'block') return ''
  const list = (values: Record<string, AttributeValue>): string =>
    Object.entries(values)
      .map(([name, value]) => (value === true ? name : namedText(name, value)))
      .join(', ')
  const first = node.repeat ? list(node.repeat.first) : ''
  return [list(node.arguments), first && `#1: ${first}`].filter(Boolean).join(' · ')
}
