import { bestEpoch } from '../../../shared/run/best'
import type { EpochMetrics } from '../../../shared/run/schema'
import type { State } from '../../engine/weights'
import { Checkpoints } from '../checkpoints'
import type { DiskRoom } from '../diskRoom'
import type { RunState } from '../run'
import type { Recorder } from './journal'
import { refuseNotFinite } from './notFinite'
import type { EpochEvaluated, Observer } from './observer'

/**
 * Saves the run after the steps of each epoch, before its evaluation, and where it is stopped; never a state that is not
 * finite. Once an epoch has its figures the last two checkpoints, that of the best epoch and what there is room for stay.
 */
export class CheckpointSaver implements Observer {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly network: { readState(): State },
    private readonly recorder: Recorder,
    private readonly room: Pick<DiskRoom, 'insist'>,
    private readonly rules: { classes: number; stepsPerEpoch: number },
    /** Those that have their figures. */
    private epochs: readonly EpochMetrics[]
  ) {}

  epochTrained(run: RunState): Promise<void> {
    return this.save(run)
  }

  async cut(run: RunState): Promise<void> {
    await this.save(run)
    await this.prune()
  }

  async epochEnd(_: RunState, { metrics }: EpochEvaluated): Promise<void> {
    this.epochs = [...this.epochs, metrics]
    await this.prune()
  }

  private async save(run: RunState): Promise<void> {
    // A stop just behind a checkpoint.
    if (this.checkpoints.has(run.step)) return
    const { position } = run
    const { step, epoch } = position
    const state = this.network.readState()
    refuseNotFinite(state, { epoch, step })
    // First what led here: a checkpoint never knows of more than the journal.
    const journal = await this.recorder.settle()
    await this.room.insist(() => this.checkpoints.save(state, position, journal), Checkpoints.bytesOf(state))
    this.recorder.record({ type: 'checkpoint', at: Date.now(), step, epoch })
    await this.recorder.settle()
  }

  private async prune(): Promise<void> {
    const { classes, stepsPerEpoch } = this.rules
    const best = bestEpoch(this.epochs, classes)
    await this.checkpoints.prune(best && (best.epoch + 1) * stepsPerEpoch)
  }
}
