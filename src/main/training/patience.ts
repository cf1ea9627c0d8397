import type { Recipe } from '../../shared/experiment/schema'
import { isBetter } from '../../shared/run/best'

/**
 * From where early stopping counts: the last epoch that was better by more than `minimumChange`. Without that setting it
 * is the run's best epoch; with it, a later one may be better by less.
 */
export interface Mark {
  /** Null where no epoch could be the best yet. */
  score: number | null
  epoch: number
}

/** The same or, where its counted score is better by more than `minimumChange`, the epoch that has just ended. */
export const betterOf = (best: Mark | null, { score, epoch }: Mark, { earlyStopping }: Recipe): Mark | null =>
  isBetter(score, best?.score ?? null, earlyStopping?.minimumChange) ? { score, epoch } : best

/** Whether early stopping ends the run after `epoch`; without any progress it counts from the first. */
export const isExhausted = ({ earlyStopping }: Recipe, best: Mark | null, epoch: number): boolean =>
  earlyStopping !== null && epoch - (best?.epoch ?? 0) >= earlyStopping.patience
