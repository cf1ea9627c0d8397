import type { TrainingEvent } from '../../../shared/run/events'
import type { Observer } from './observer'

/** Tells of the norms and dead ReLUs of each layer, at the steps at which they were measured. */
export const layerNorms = (emit: (event: TrainingEvent) => void): Observer => ({
  stepEnd(_, { metrics: { step }, layers }) {
    if (layers) emit({ type: 'diagnostics', diagnostics: { step, layers } })
  }
})
