import type { CheckedLayer } from './checked'
import { elements } from './layer'
import { layerDefinition } from './layers'

/** Values that one picture leaves of a layer for the backward pass, given the layers that read from it. */
export function keptValues(layer: CheckedLayer, consumers: readonly CheckedLayer[]): number {
  const size = elements(layer.outputShape)
  const { category, kept } = layerDefinition(layer.kind)
  const mayOverwrite = ({ kind }: CheckedLayer): boolean => {
    const { overwrites } = layerDefinition(kind).kept
    return overwrites === 'any' || (overwrites === 'all-but-convolutions' && category !== 'convolution')
  }
  const overwritten = !kept.output && consumers.length > 0 && consumers.every(mayOverwrite)
  return (overwritten || kept.view ? 0 : size) + kept.extra * size
}
