import type { CheckedArchitecture } from '../../../shared/architecture/check'
import { ResiduumError } from '../../../shared/errors'
import type { ErrorRecord } from '../../../shared/errorRecord'
import { divergence, isDiverged } from '../../../shared/run/best'
import { LossNotFinite, type FirstNotFinite } from '../../engine/inspection'
import { notFiniteIn, type State } from '../../engine/weights'
import type { Observer } from './observer'

/**
 * What to say of a step whose loss was not finite: in which layer values first were not. Any other error stays as it is.
 * `epoch` counts from 0; `output` is
 * named where every layer's values are finite.
 */
export function located(
  error: unknown,
  inspect: () => FirstNotFinite | null,
  { epoch, step, output }: { epoch: number; step: number; output: string }
): unknown {
  if (!(error instanceof LossNotFinite)) return error
  const first = inspect()
  const place = { layer: first?.path ?? output, epoch: epoch + 1, step }
  return new ResiduumError(first?.where === 'parameters' ? 'weights-not-finite' : 'loss-not-finite', place)
}

/** Throws ResiduumError `weights-not-finite` with the first name in `state` whose values are not all finite. */
export function refuseNotFinite(state: State, { epoch, step }: { epoch: number; step: number }): void {
  const layer = notFiniteIn(state)
  if (layer !== null) throw new ResiduumError('weights-not-finite', { layer, epoch, step })
}

/**
 * Ends a run whose evaluation gave what is not finite, before it is kept, and warns of one that has run away.
 * Throws ResiduumError `weights-not-finite` or `loss-not-finite`.
 */
export const notFinite = (
  network: { readState(): State },
  { classes, output }: Pick<CheckedArchitecture, 'classes' | 'output'>,
  warn: (error: ErrorRecord) => void | Promise<void>
): Observer => ({
  async epochEnd({ epoch, step }, { metrics }) {
    if (![metrics.testLoss, metrics.validationLoss ?? 0].every(Number.isFinite)) {
      refuseNotFinite(network.readState(), { epoch, step })
      throw new ResiduumError('loss-not-finite', { layer: output, epoch, step })
    }
    if (isDiverged(metrics, classes)) await warn(divergence(metrics, classes))
  }
})
