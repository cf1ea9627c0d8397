import type { Recipe } from '../../../shared/experiment/schema'
import type { ErrorRecord } from '../../../shared/errorRecord'
import { countedScore } from '../../../shared/run/best'
import { anew, betterOf, isExhausted, type Mark } from '../../../shared/run/stopping'
import type { Observer } from './observer'

/**
 * Ends a run that gets no better. `best` is where its patience counts from; a run that had ended by it trains no
 * further when it is taken up again, unless it is to go on: then its patience counts anew.
 */
export class EarlyStopping implements Observer {
  constructor(
    private readonly recipe: Recipe,
    private readonly classes: number,
    public best: Mark | null,
    private readonly goOn: boolean,
    private readonly warn: (error: ErrorRecord) => void | Promise<void>
  ) {}

  async runBegin(run: Parameters<NonNullable<Observer['runBegin']>>[0]): Promise<void> {
    if (!run.isEvaluated || run.epoch >= this.recipe.epochs) return
    if (!isExhausted(this.recipe, this.best, run.epoch - 1)) return
    if (!this.goOn) {
      run.isOver = true
      return
    }
    this.best = anew(this.best, run.epoch)
    await this.warn({ code: 'stopping-anew', parameters: { epoch: run.epoch } })
  }

  epochEnd: NonNullable<Observer['epochEnd']> = (run, { metrics }) => {
    const { epoch } = metrics
    this.best = betterOf(this.best, { score: countedScore(metrics, this.classes), epoch }, this.recipe)
    run.isOver = run.epoch < this.recipe.epochs && isExhausted(this.recipe, this.best, epoch)
  }
}
