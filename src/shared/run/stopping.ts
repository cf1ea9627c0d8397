import type { Recipe } from '../experiment/schema'
import { countedScore, isBetter } from './best'
import type { RunProgress } from './progress'

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
export const betterOf = (
  best: Mark | null,
  { score, epoch }: Mark,
  { earlyStopping }: Pick<Recipe, 'earlyStopping'>
): Mark | null => (isBetter(score, best?.score ?? null, earlyStopping?.minimumChange) ? { score, epoch } : best)

/** Whether early stopping ends the run after `epoch`; without any progress it counts from the first. */
export const isExhausted = (
  { earlyStopping }: Pick<Recipe, 'earlyStopping'>,
  best: Mark | null,
  epoch: number
): boolean => earlyStopping !== null && epoch - (best?.epoch ?? 0) >= earlyStopping.patience

/** The mark after what a journal tells, so that a resume counts on as if the run had never stopped. */
export function markOf(
  { epochs, patienceFrom }: Pick<RunProgress, 'epochs' | 'patienceFrom'>,
  recipe: Pick<Recipe, 'earlyStopping'>,
  classes: number
): Mark | null {
  const fold = (from: Mark | null, chosen: typeof epochs): Mark | null =>
    chosen.reduce(
      (mark, metrics) => betterOf(mark, { score: countedScore(metrics, classes), epoch: metrics.epoch }, recipe),
      from
    )
  const before = fold(
    null,
    epochs.filter(({ epoch }) => epoch < patienceFrom)
  )
  const anew = patienceFrom > 0 ? { score: before?.score ?? null, epoch: patienceFrom - 1 } : before
  return fold(
    anew,
    epochs.filter(({ epoch }) => epoch >= patienceFrom)
  )
}
