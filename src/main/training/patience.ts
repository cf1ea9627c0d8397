import type { MonitoredMetric, Recipe } from '../../shared/experiment/schema'
import type { EpochMetrics } from '../../shared/run/schema'

/** The monitored figure turned so that more is better: a loss counts negative. */
export function scoreOf(metrics: Record<MonitoredMetric, number | null>, monitor: MonitoredMetric): number {
  const value = metrics[monitor]
  if (value === null) return -Infinity
  return monitor.toLowerCase().endsWith('loss') ? -value : value
}

export interface BestEpoch {
  score: number
  epoch: number
}

/** The best epoch so far once `metrics` are known: an epoch counts as better by more than `minimumChange`. */
export function betterOf(best: BestEpoch | null, { score, epoch }: EpochMetrics, { earlyStopping }: Recipe): BestEpoch {
  return best === null || score > best.score + (earlyStopping?.minimumChange ?? 0) ? { score, epoch } : best
}

/** Whether early stopping ends the run after `epoch`. */
export const isExhausted = ({ earlyStopping }: Recipe, best: BestEpoch, epoch: number): boolean =>
  earlyStopping !== null && epoch - best.epoch >= earlyStopping.patience
