import { describeError } from '../../../shared/errors'
import type { ErrorRecord } from '../../../shared/ipc/error'
import { countedScore } from '../../../shared/run/best'
import type { State } from '../../engine/weights'
import type { Checkpoints } from '../checkpoints'
import type { Mark } from '../patience'
import type { RunState } from '../run'
import { refuseNotFinite } from './notFinite'
import type { EpochEvaluated, Observer } from './observer'

/** Saves the run after each epoch and where it is stopped, and never a state that is not finite. */
export class CheckpointSaver implements Observer {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly network: { readState(): State },
    private readonly classes: number,
    private readonly best: () => Mark | null,
    private readonly warn: (error: ErrorRecord) => void | Promise<void>
  ) {}

  epochEnd(run: RunState, { metrics }: EpochEvaluated): Promise<void> {
    return this.save(run, { score: countedScore(metrics, this.classes), lossSum: 0, correct: 0 })
  }

  cut(run: RunState): Promise<void> {
    return this.save(run, { score: null, lossSum: run.lossSum, correct: run.correct })
  }

  private async save(
    run: RunState,
    figures: { score: number | null; lossSum: number; correct: number }
  ): Promise<void> {
    const { step, isEvaluated, seconds } = run
    const epoch = isEvaluated ? run.epoch : run.epoch - 1
    const state = this.network.readState()
    refuseNotFinite(state, { epoch, step })
    try {
      await this.checkpoints.save(state, { step, epoch, ...figures, best: this.best(), seconds })
    } catch (error) {
      await this.warn(describeError(error))
    }
  }
}
