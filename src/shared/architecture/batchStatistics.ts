import type { CheckedArchitecture, CheckedLayer } from './check'
import type { AttributesOf } from './layers'

/** Values over which a layer takes each mean and variance in training; null where it takes none. */
export function valuesPerStatistic({ kind, attributes, inputShapes }: CheckedLayer, batch: number): number | null {
  const [channels, height, width] = inputShapes[0] as [number, number, number]
  if (kind === 'BatchNorm2d') return batch * height * width
  if (kind !== 'GroupNorm') return null
  return (channels / (attributes as AttributesOf<'GroupNorm'>).num_groups) * height * width
}

/**
 * The first layer that torch.nn refuses to train on a batch of so many pictures ("Expected more than 1 value per
 * channel when training"): each of its means would be over a single value, which is then normalised with itself.
 * Null where there is none. PyTorch lets GroupNorm pass as soon as there are two pictures, although each is normalised alone.
 */
export function statisticsOfOneValue({ layers }: CheckedArchitecture, batch: number): CheckedLayer | null {
  return batch > 1 ? null : (layers.find((layer) => valuesPerStatistic(layer, batch) === 1) ?? null)
}
