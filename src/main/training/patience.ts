import type { Recipe } from '../../shared/experiment/schema'
import { isBetter } from '../../shared/run/best'
import type { EpochMetrics } from '../../shared/run/schema'

/**
 * From where early stopping counts: the last epoch that was better by more than `minimumChange`. Without that setting it
 * is the run's best epoch; with it, a later one may be better by less.
 */
export interface Progress {
  /** Null where no epoch could be the best yet. */
  score: number | null
  epoch: number
}

/** The same or, where it is better by more than `minimumChange`, the epoch of `metrics`. */
export const betterOf = (
  best: Progress | null,
  { score, epoch }: Pick<EpochMetrics, 'score' | 'epoch'>,
  { earlyStopping }: Recipe
): Progress | null => (isBetter(score, best?.score ?? null, earlyStopping?.minimumChange) ? { score, epoch } : best)

/** Whether early stopping ends the run after `epoch`; without any progress it counts from the start. */
export const isExhausted = ({ earlyStopping }: Recipe, best: Progress | null, epoch: number): boolean =>
  earlyStopping !== null && epoch - (best?.epoch ?? -1) >= earlyStopping.patience
