/** What the user may ask of a run between two steps. Pause, resume and stop may come in any order and often. */
export class TrainingControl {
  private paused = false
  private stopped = false
  private wake: (() => void) | null = null
  private readonly stopping = new Set<() => void>()

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
    for (const heard of this.stopping) heard()
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

  /** Waits for so long, at the latest until stopped. */
  async waitUnlessStopped(ms: number): Promise<void> {
    if (this.stopped) return
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.stopping.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.stopping.add(end)
    })
  }
}
