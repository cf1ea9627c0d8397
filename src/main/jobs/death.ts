import { constants } from 'node:os'
import type { ErrorRecord } from '../../shared/errorRecord'

/** Signals by which a native library or the kernel ends a process. */
const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'] as const

/**
 * Why a trainer ended without a word. `code` is what Electron gives: on Linux the wait status, so that a signal comes
 * as its number, as 128 more where a core was written, and likewise through a shell. `memoryKills` are processes that the
 * kernel has killed for want of memory since the trainer started; null where that is not known.
 */
export function causeOfDeath(code: number, memoryKills: number | null, epoch: number): ErrorRecord {
  const isSignal = (name: keyof typeof constants.signals): boolean => {
    const number = constants.signals[name]
    return number !== undefined && (code === number || code === 128 + number)
  }
  if (isSignal('SIGKILL')) {
    return memoryKills === null || memoryKills > 0
      ? { code: 'trainer-out-of-memory', parameters: { epoch } }
      : { code: 'trainer-killed', parameters: { epoch } }
  }
  // Its pipe may close before its status is had, and Electron then says 0: a trainer never ends so by itself unheard.
  if (code === 0) {
    const ranOut = memoryKills !== null && memoryKills > 0
    return { code: ranOut ? 'trainer-out-of-memory' : 'trainer-lost', parameters: { epoch } }
  }
  const crash = CRASHES.find(isSignal)
  if (crash) return { code: 'trainer-crashed', parameters: { signal: crash, epoch } }
  return { code: 'trainer-died', parameters: { reason: { code: 'exit-code', parameters: { exit: code } }, epoch } }
}
