import type { MonitoredMetric } from '../experiment/schema'
import type { ErrorRecord } from '../ipc/error'
import type { EpochMetrics } from './schema'

/**
 * Which epoch of a run is its best, and which can be none. Charts, tables, the library, the checkpoint that is kept and
 * early stopping all ask here.
 */

/** So many times the loss of guessing, `ln(classes)`, is no longer a bad epoch but one that has run away. */
const DIVERGED = 100

/** The test loss, in nats, above which an epoch has diverged. */
export const divergenceLimit = (classes: number): number => DIVERGED * Math.log(classes)

/** Whether an epoch has run away, even if its loss is still a finite number. */
export const isDiverged = ({ testLoss }: Pick<EpochMetrics, 'testLoss'>, classes: number): boolean =>
  testLoss > divergenceLimit(classes)

/** What the user is told of an epoch that has diverged. */
export const divergence = ({ epoch, testLoss }: EpochMetrics, classes: number): ErrorRecord => ({
  code: 'epoch-diverged',
  parameters: { epoch: epoch + 1, loss: rounded(testLoss), limit: rounded(divergenceLimit(classes)) }
})

const rounded = (value: number): number => Number(value.toPrecision(3))

/** A score that may win: null for one that is no finite number, and for an epoch that has diverged. */
export const countedScore = (
  score: number | null,
  metrics: Pick<EpochMetrics, 'testLoss'>,
  classes: number
): number | null => (score === null || !Number.isFinite(score) || isDiverged(metrics, classes) ? null : score)

/** The monitored figure turned so that more is better: a loss counts negative. Null for an epoch that cannot be the best. */
export function scoreOf(
  figures: Record<MonitoredMetric, number | null> & Pick<EpochMetrics, 'testLoss'>,
  monitor: MonitoredMetric,
  classes: number
): number | null {
  const value = figures[monitor]
  const turned = value !== null && monitor.toLowerCase().endsWith('loss') ? -value : value
  return countedScore(turned, figures, classes)
}

/** Whether a score beats the best one so far by more than `margin`: null never does, an equal one neither. */
export const isBetter = (score: number | null, best: number | null, margin = 0): boolean =>
  score !== null && (best === null || score > best + margin)

/** The best of entries in the order of their epochs, of equals the earliest; null where none can be. */
export const bestOf = <T extends { score: number | null }>(entries: readonly T[]): T | null =>
  entries.reduce<T | null>((best, entry) => (isBetter(entry.score, best?.score ?? null) ? entry : best), null)
