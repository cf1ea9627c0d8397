const TICK_MS = 1

/** The longest time for which nothing else could happen in this process. */
export interface Hold {
  wallMs: number
  /** Of it, what this process worked, all its threads together: on a loaded machine the rest was spent waiting. */
  cpuMs: number
}

/** Watches from now on how long other work must wait; the returned function ends it and tells. */
export function watchHolds(): () => Hold {
  const longest: Hold = { wallMs: 0, cpuMs: 0 }
  let at = performance.now()
  let cpu = process.cpuUsage()
  const timer = setInterval(() => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(cpu)
    const wallMs = now - at - TICK_MS
    longest.wallMs = Math.max(longest.wallMs, wallMs)
    longest.cpuMs = Math.max(longest.cpuMs, Math.min(wallMs, (user + system) / 1000))
    at = now
    cpu = process.cpuUsage()
  }, TICK_MS)
  return () => {
    clearInterval(timer)
    return longest
  }
}
