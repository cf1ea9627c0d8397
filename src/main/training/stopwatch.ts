/** Seconds that were spent working: a monotonic clock that pauses leave out. */
export class Stopwatch {
  private since: number | null = performance.now()

  /** `gathered` seconds were spent before. */
  constructor(private gathered = 0) {}

  pause(): void {
    this.gathered = this.seconds
    this.since = null
  }

  get isRunning(): boolean {
    return this.since !== null
  }

  resume(): void {
    this.since ??= performance.now()
  }

  get seconds(): number {
    return this.gathered + (this.since === null ? 0 : (performance.now() - this.since) / 1000)
  }
}
