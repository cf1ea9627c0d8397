import type { CheckedArchitecture, CheckedLayer } from './checked'
import { layerDefinition } from './layers'

/**
 * Values over which a layer takes each mean and variance in training, or what torch.nn counts as such; null where it
 * takes none.
 */
export function valuesPerStatistic(
  { kind, attributes, inputShapes }: CheckedLayer,
  batch: number,
  way: 'values' | 'counted' = 'values'
): number | null {
  const { statistics } = layerDefinition(kind)
  return statistics && statistics[way](attributes, inputShapes[0]!, batch)
}

/**
 * The first layer that torch.nn refuses to train on a batch of so many pictures ("Expected more than 1 value per
 * channel when training"): each of its means would be over a single value, which is then normalised with itself.
 * Null where there is none.
 */
export function statisticsOfOneValue({ layers }: CheckedArchitecture, batch: number): CheckedLayer | null {
  return layers.find((layer) => valuesPerStatistic(layer, batch, 'counted') === 1) ?? null
}
