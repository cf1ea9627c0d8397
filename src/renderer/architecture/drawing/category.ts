import type { LayerDefinition } from '../../../shared/architecture/layer'
import { isLayerKind, layerDefinition, layers } from '../../../shared/architecture/layers'
import type { ArchitectureNode } from '../../../shared/architecture/schema'

/** What nodes are told apart by in colour: the categories of layers, blocks, and the ends of a drawing. */
export type Category = LayerDefinition['category'] | 'block' | 'end'

/** All of them in the order of a legend: as a network meets them. */
export const categories: readonly Category[] = [
  'end',
  ...new Set(Object.values(layers).map(({ category }) => category)),
  'block'
]

/** The colour of a category, which each theme has. */
export const colourOf = (category: Category): string => `var(--category-${category})`

/** What a node belongs to, and its kind in a few letters; a kind that is not known is of no layer's category. */
export function categoryOf(type: ArchitectureNode['type'], kind: string): { category: Category; short: string } {
  if (type === 'input' || type === 'output') return { category: 'end', short: kind }
  if (type === 'block') return { category: 'block', short: kind }
  if (!isLayerKind(kind)) return { category: 'shape', short: kind }
  const { category, short } = layerDefinition(kind)
  return { category, short }
}
