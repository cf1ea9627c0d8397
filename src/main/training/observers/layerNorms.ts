import type { TrainingEvent } from '../../../shared/run/events'
import type { JournalRecord } from '../../../shared/run/journal'
import type { LayerDiagnostics } from '../../engine/inspection'
import type { Observer } from './observer'

/** Tells of the norms and dead ReLUs of each layer, and records them, at the steps at which they were measured. */
export const layerNorms = (
  emit: (event: TrainingEvent) => void,
  record: (record: JournalRecord) => void = () => undefined
): Observer => ({
  stepEnd(_, { metrics: { step }, layers }) {
    if (!layers) return
    record({ type: 'points', step, values: Object.fromEntries(layers.flatMap(pointsOf)) })
    emit({ type: 'diagnostics', diagnostics: { step, layers } })
  }
})

/** The series' names and values of a layer: those that it has, null for what is not finite. */
const pointsOf = ({ path, ...figures }: LayerDiagnostics): [string, number | null][] =>
  Object.entries(figures).flatMap(([name, value]) =>
    value === null ? [] : [[`${name}/${path}`, Number.isFinite(value) ? value : null]]
  )
