/** What the user may ask of a run between two steps. Pause, resume and stop may come in any order and often. */
export class TrainingControl {
  private paused = false
  private stopped = false
  private wake: (() => void) | null = null

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    this.wake?.()
  }

  stop(): void {
    this.stopped = true
    this.wake?.()
  }

  get isPaused(): boolean {
    return this.paused && !this.stopped
  }

  get isStopped(): boolean {
    return this.stopped
  }

  /** Waits until neither paused nor, at the latest, until stopped. */
  async whilePaused(): Promise<void> {
    while (this.isPaused) await new Promise<void>((resolve) => (this.wake = resolve))
    this.wake = null
  }
}
