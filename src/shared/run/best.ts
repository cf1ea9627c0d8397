import type { MonitoredMetric } from '../experiment/schema'
import type { ErrorRecord } from '../errorRecord'
import type { EpochMetrics } from './schema'

/**
 * Which epoch of a run is its best, and which can be none. Charts, tables, the library, the checkpoint that is kept and
 * early stopping all ask here.
 */

/** So many times the loss of guessing, `ln(classes)`, is no longer a bad epoch but one that has run away. */
const DIVERGED = 100

/** The test loss, in nats, above which an epoch has diverged. */
export const divergenceLimit = (classes: number): number => DIVERGED * Math.log(classes)

/**
 * Whether an epoch has run away, even if its loss is still a finite number. Not where no loss is known, nor where the
 * number of classes (null) is not.
 */
export const isDiverged = ({ testLoss }: Pick<EpochMetrics, 'testLoss'>, classes: number | null): boolean =>
  testLoss !== null && classes !== null && testLoss > divergenceLimit(classes)

/** What the user is told of an epoch that has diverged. */
export const divergence = ({ epoch, testLoss }: EpochMetrics, classes: number): ErrorRecord => ({
  code: 'epoch-diverged',
  parameters: { epoch: epoch + 1, loss: rounded(testLoss ?? NaN), limit: rounded(divergenceLimit(classes)) }
})

const rounded = (value: number): number => Number(value.toPrecision(3))

/** The monitored figure turned so that more is better: a loss counts negative. Null where there is none. */
export function scoreOf(metrics: Record<MonitoredMetric, number | null>, monitor: MonitoredMetric): number | null {
  const value = metrics[monitor]
  if (value === null || !Number.isFinite(value)) return null
  return monitor.toLowerCase().endsWith('loss') ? -value : value
}

/** The score by which an epoch may be the best: null for none, and for one that has diverged. */
export const countedScore = (
  metrics: Pick<EpochMetrics, 'score' | 'testLoss'>,
  classes: number | null
): number | null => (isDiverged(metrics, classes) ? null : metrics.score)

/** Whether a counted score beats the best one so far by more than `margin`: null never does, an equal one neither. */
export const isBetter = (score: number | null, best: number | null, margin = 0): boolean =>
  score !== null && (best === null || score > best + margin)

/** Of entries in the order of their epochs the best by their counted score, of equals the earliest; null for none. */
export const bestBy = <T>(entries: readonly T[], counted: (entry: T) => number | null): T | null =>
  entries.reduce<T | null>((best, entry) => (isBetter(counted(entry), best && counted(best)) ? entry : best), null)

/** A run's best epoch; null where none can be. */
export const bestEpoch = (epochs: readonly EpochMetrics[], classes: number | null): EpochMetrics | null =>
  bestBy(epochs, (metrics) => countedScore(metrics, classes))
