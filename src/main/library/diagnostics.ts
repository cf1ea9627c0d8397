import type { Diagnostics } from '../../shared/run/schema'
import type { Series } from '../../shared/run/series'

const KINDS = ['gradientNorm', 'weightNorm', 'deadShare'] as const

/** The newest record of a run's layers, of its series `gradientNorm/PATH` and the like; null where it keeps none. */
export function diagnosticsOf(series: ReadonlyMap<string, Series>): Diagnostics | null {
  const layers = new Map<string, Diagnostics['layers'][number]>()
  let newest = -1
  for (const [name, { steps, values }] of series) {
    const kind = KINDS.find((one) => name.startsWith(`${one}/`))
    if (!kind) continue
    const path = name.slice(kind.length + 1)
    const step = steps.at(-1)!
    if (step > newest) layers.clear()
    if (step < newest) continue
    newest = step
    const layer = layers.get(path) ?? { path, gradientNorm: null, weightNorm: null, deadShare: null }
    const value = values.at(-1)!
    layers.set(path, { ...layer, [kind]: Number.isFinite(value) ? value : null })
  }
  return newest < 0 ? null : { step: newest, layers: [...layers.values()] }
}
