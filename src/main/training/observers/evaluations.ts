import { countedScore, isBetter } from '../../../shared/run/best'
import type { EpochMetrics, Evaluation } from '../../../shared/run/schema'
import { keepEvaluations, writeEvaluation } from '../../run/evaluations'

interface Settings {
  folder: string
  classes: number
  /** For all evaluations of the run together. */
  limitBytes: number
}

/** What was done as the run begins or goes on: how many epochs have their figures, and which of them is the best. */
interface Past {
  epochs: number
  best: Pick<EpochMetrics, 'epoch' | 'score'> | null
}

/** Where writes that must not be dropped are made: on a full disk they may wait. */
interface Room {
  insist(write: () => Promise<number>, bytes: number): Promise<number>
}

/** Writes each epoch's evaluation into the run's folder, and removes those that do not stay. */
export class EvaluationSaver {
  private epochs: number
  private best: Past['best']

  constructor(
    private readonly settings: Settings,
    { epochs, best }: Past,
    private readonly room: Room = { insist: (write) => write() }
  ) {
    this.epochs = epochs
    this.best = best
  }

  /** Evaluations of epochs that are to be trained again are void. */
  async runBegin(): Promise<void> {
    await this.keep()
  }

  async epochEnd(
    _: unknown,
    { metrics, evaluation }: { metrics: EpochMetrics; evaluation: Evaluation }
  ): Promise<void> {
    const { classes, probabilities, labels } = evaluation
    const bytes = classes.byteLength + probabilities.byteLength + 10 * labels.length
    await this.room.insist(() => writeEvaluation(this.settings.folder, evaluation), bytes)
    const score = countedScore(metrics, this.settings.classes)
    if (isBetter(score, this.best?.score ?? null)) this.best = { epoch: metrics.epoch, score }
    this.epochs = metrics.epoch + 1
    await this.keep()
  }

  private async keep(): Promise<void> {
    const { folder, limitBytes } = this.settings
    await keepEvaluations(folder, { epochs: this.epochs, best: this.best?.epoch ?? null, limitBytes })
  }
}
