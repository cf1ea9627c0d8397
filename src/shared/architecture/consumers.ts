import type { CheckedLayer } from './checked'

/** The layers that read each layer's value, by its path. */
export function consumersOf(layers: readonly CheckedLayer[]): Map<string, CheckedLayer[]> {
  const consumers = new Map<string, CheckedLayer[]>()
  for (const layer of layers) {
    for (const input of layer.inputs) {
      const known = consumers.get(input)
      if (known) known.push(layer)
      else consumers.set(input, [layer])
    }
  }
  return consumers
}
