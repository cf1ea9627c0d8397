import process from 'node:process'

/**
 * Every exit code of the app and the command line; nothing else decides one. A program that a signal ends has 128 and
 * the signal's number, as shells count it; a closed pipe counts as SIGPIPE, which Node itself ignores.
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Also of `runs diff` where a run cannot be opened: 1 would say that it differs. */
  usage: 2,
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGPIPE: 141,
  SIGTERM: 143
} as const

/** What asks a process to end: a closed window of a terminal, Ctrl-C, Ctrl-\, and `kill` or a shutdown. */
export const endingSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const
export type EndingSignal = (typeof endingSignals)[number]

/** npm hands on a signal that the terminal has sent us too: what comes within this time is one request. */
const SAME_MS = 1000
const WATCH_MS = 1000

/**
 * Calls `asked` for each request to end, with how many there have been; the process then does not end by itself.
 * A step of training holds its thread, so requests may be heard late. Gives a function that undoes it.
 */
export function heedSignals(asked: (signal: EndingSignal, count: number) => void): () => void {
  let count = 0
  let last = -Infinity
  const heed = (signal: NodeJS.Signals): void => {
    const now = performance.now()
    // Since the last that counted: who presses fast and often is heard too.
    if (now - last < SAME_MS) return
    last = now
    asked(signal as EndingSignal, ++count)
  }
  for (const signal of endingSignals) process.on(signal, heed)
  return () => {
    for (const signal of endingSignals) process.off(signal, heed)
  }
}

/** Calls `orphaned` once the process `parent` is this one's parent no more: it was killed and could not say so. */
export function watchParent(parent: number, orphaned: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    orphaned()
  }, WATCH_MS)
}

/** Lets words go nowhere when their terminal or pipe is gone, instead of ending the process by an error. */
export function outliveOutput(...streams: NodeJS.WriteStream[]): void {
  for (const stream of streams) stream.on('error', () => undefined)
}
