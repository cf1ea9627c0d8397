/** Seconds that were spent working: a monotonic clock that pauses leave out. */
export class Stopwatch {
  private gathered = 0
  private since: number | null = performance.now()

  pause(): void {
    this.gathered = this.seconds
    this.since = null
  }

  resume(): void {
    this.since ??= performance.now()
  }

  get seconds(): number {
    return this.gathered + (this.since === null ? 0 : (performance.now() - this.since) / 1000)
  }
}
