import { utimes } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Tells whoever follows the library that something began in the run's folder, so that all runs are looked at at once and
 * not in turn: for a run that is taken up again. A new one needs it not. Never throws: without it a few seconds pass.
 */
export async function announceRun(folder: string): Promise<void> {
  const now = new Date()
  await utimes(dirname(folder), now, now).catch(() => undefined)
}
