import type { Recipe } from '../experiment/schema'
import { countedScore, isBetter } from './best'
import type { EpochMetrics } from './schema'

type Stopping = Pick<Recipe, 'earlyStopping'>

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
export const betterOf = (best: Mark | null, { score, epoch }: Mark, { earlyStopping }: Stopping): Mark | null =>
  isBetter(score, best?.score ?? null, earlyStopping?.minimumChange) ? { score, epoch } : best

/**
 * The mark after these epochs, where patience counts from epoch `from` anew: of a journal's, a resume counts on as if the
 * run had never stopped.
 */
export function markAfter(epochs: readonly EpochMetrics[], recipe: Stopping, classes: number, from = 0): Mark | null {
  const mark = epochs.reduce<Mark | null>((best, metrics) => {
    const counted = metrics.epoch < from ? best : anew(best, from)
    return betterOf(counted, { score: countedScore(metrics, classes), epoch: metrics.epoch }, recipe)
  }, null)
  return anew(mark, from)
}

/** The same mark, from which patience counts no epoch before `from`. */
export const anew = (mark: Mark | null, from: number): Mark | null =>
  from === 0 ? mark : { score: mark?.score ?? null, epoch: Math.max(mark?.epoch ?? 0, from - 1) }

/** Whether early stopping ends the run after `epoch`; without any progress it counts from the first. */
export const isExhausted = ({ earlyStopping }: Stopping, best: Mark | null, epoch: number): boolean =>
  earlyStopping !== null && epoch - (best?.epoch ?? 0) >= earlyStopping.patience
