import type { Position } from './checkpointFiles'
import { Stopwatch } from './stopwatch'

/** Where a run stands between two steps. The loop moves it on; observers read it, and a few set what is theirs. */
export class RunState {
  /** Optimizer steps made. */
  step: number
  /** Whole epochs trained. */
  epoch: number
  /** Whether the last whole epoch has its figures. */
  isEvaluated: boolean
  /** Sums over the pictures of the epoch in progress, or of the one that waits for its evaluation. */
  lossSum: number
  correct: number
  /** Of the step to come. */
  learningRate = 0
  /** Set by an observer that ends the run before its last epoch. */
  isOver = false
  /** Time worked, pauses left out. */
  readonly stopwatch: Stopwatch
  readonly speed: EpochSpeed

  constructor(start: Position, isEvaluated = true) {
    this.step = start.step
    this.epoch = start.epoch
    this.isEvaluated = isEvaluated
    this.lossSum = start.lossSum
    this.correct = start.correct
    this.stopwatch = new Stopwatch(start.seconds)
    this.speed = new EpochSpeed(start.imagesPerSecond)
  }

  /** What a checkpoint keeps. */
  get position(): Position {
    const { step, epoch, lossSum, correct, seconds, speed } = this
    return { step, epoch, lossSum, correct, seconds, imagesPerSecond: speed.imagesPerSecond }
  }

  get seconds(): number {
    return this.stopwatch.seconds
  }

  /** Takes in one step over `pictures`; its loss is their mean. */
  add({ loss, correct }: { loss: number; correct: number }, pictures: number): void {
    this.step += 1
    this.lossSum += loss * pictures
    this.correct += correct
    this.speed.step(pictures, this.seconds)
  }
}

/**
 * Training pictures a second over the steps of an epoch. The first step of a process also makes TensorFlow prepare
 * itself: it counts only where the epoch has no other, be it the run's first or the one that a resume begins with.
 */
export class EpochSpeed {
  private since = 0
  private isWarm = false
  private cold = { pictures: 0, seconds: 0 }
  private warm = { pictures: 0, seconds: 0 }

  /** `former` is what was measured before a resume; it stands until there is something newer. */
  constructor(private readonly former = 0) {}

  /** An epoch begins, or goes on, when so many seconds were worked. */
  begin(seconds: number): void {
    this.since = seconds
    this.cold = { pictures: 0, seconds: 0 }
    this.warm = { pictures: 0, seconds: 0 }
  }

  step(pictures: number, seconds: number): void {
    const sums = this.isWarm ? this.warm : this.cold
    this.isWarm = true
    sums.pictures += pictures
    sums.seconds += seconds - this.since
    this.since = seconds
  }

  get imagesPerSecond(): number {
    const { pictures, seconds } = this.warm.pictures > 0 ? this.warm : this.cold
    return pictures === 0 ? this.former : pictures / Math.max(seconds, 1e-9)
  }
}
