import type { TrainingEvent } from '../../../shared/run/events'
import type { StepMetrics } from '../../../shared/run/schema'
import type { RunState } from '../run'
import type { EpochEvaluated, Observer, StepMade } from './observer'

const INTERVAL_MS = 100
/** Weight of the newest speed in the running mean. */
const NEWEST = 0.2
/** Evaluation against training, a picture, until one was measured: no backward pass. */
const GUESSED_EVALUATION = 1 / 3

/** Tells who watches: of steps, gathered, with speed and time left, at most ten times a second; of epochs and pauses at once. */
export class ProgressReporter implements Observer {
  private isWarm = false
  private steps: StepMetrics[] = []
  private last: TrainingEvent | null = null
  private sentAt = -Infinity
  /** Seconds worked when the last speed was measured. */
  private tickedAt = 0
  private secondsPerTraining: number | null = null
  private secondsPerEvaluation: number | null = null

  constructor(
    private readonly epochs: number,
    private readonly counts: { train: number; test: number },
    private readonly emit: (event: TrainingEvent) => void
  ) {}

  runBegin(run: RunState): void {
    this.tickedAt = run.seconds
    this.report('preparing', 0, 0, this.counts.train)
    this.flush()
  }

  stepEnd(run: RunState, { metrics, done, pictures }: StepMade): void {
    this.steps.push(metrics)
    const former = this.isWarm ? this.secondsPerTraining : null
    // The first step of a process also makes TensorFlow prepare itself: its speed stands only until the next.
    this.isWarm = this.secondsPerTraining !== null
    this.secondsPerTraining = this.tick(run, former, pictures)
    this.report('training', metrics.epoch, done, this.counts.train)
    this.flushSometimes()
  }

  evaluated(run: RunState, done: number, pictures: number): void {
    this.secondsPerEvaluation = this.tick(run, this.secondsPerEvaluation, pictures)
    this.report('evaluating', run.epoch - 1, done, this.counts.test)
    this.flushSometimes()
  }

  epochEnd(_: RunState, { metrics, evaluation }: EpochEvaluated): void {
    this.flush()
    this.emit({ type: 'epoch', metrics, evaluation })
  }

  paused(): void {
    this.flush()
    this.emit({ type: 'paused' })
  }

  resumed(): void {
    this.emit({ type: 'resumed' })
  }

  runEnd(): void {
    this.flush()
  }

  /** Sends what has gathered. */
  private flush(): void {
    this.sentAt = performance.now()
    if (this.steps.length > 0) {
      this.emit({ type: 'steps', steps: this.steps })
      this.steps = []
    }
    if (this.last) this.emit(this.last)
    this.last = null
  }

  private flushSometimes(): void {
    if (performance.now() - this.sentAt >= INTERVAL_MS) this.flush()
  }

  private tick({ seconds }: RunState, former: number | null, pictures: number): number {
    const newest = (seconds - this.tickedAt) / pictures
    this.tickedAt = seconds
    return former === null ? newest : former + NEWEST * (newest - former)
  }

  private report(phase: 'preparing' | 'training' | 'evaluating', epoch: number, done: number, total: number): void {
    const training = this.secondsPerTraining
    const evaluation = this.secondsPerEvaluation ?? (training ?? 0) * GUESSED_EVALUATION
    const cost = (train: number, test: number): number => train * (training ?? 1) + test * evaluation
    const { train, test } = this.counts
    const whole = cost(train, test) * this.epochs
    const past = cost(phase === 'evaluating' ? train : done, phase === 'evaluating' ? done : 0)
    const spent = cost(train, test) * epoch + past
    this.last = {
      type: 'progress',
      progress: {
        phase,
        epoch,
        epochs: this.epochs,
        done,
        total,
        fraction: whole > 0 ? Math.min(1, spent / whole) : 0,
        imagesPerSecond: training === null ? null : 1 / training,
        secondsLeft: training === null ? null : Math.max(0, whole - spent)
      }
    }
  }
}
