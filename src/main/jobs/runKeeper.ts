import type { ErrorRecord } from '../../shared/errorRecord'
import type { JournalEvent } from '../../shared/run/journal'
import { progressOf, type RunProgress } from '../../shared/run/progress'
import { createRun, runFolder } from '../run/folder'
import { JournalWriter } from '../run/journal'
import { takeOwnership } from '../run/owner'
import { reopeningOf } from '../training/reopening'
import type { RunKeeper } from './runner'

/**
 * Runs in their folders. Main writes to one only what comes before its trainer owns it and what a trainer that died
 * could not say any more.
 */
export const runKeeper = (library: string): RunKeeper => ({
  create: async (experiment) => (await createRun(library, experiment)).id,
  reopen: async (run) => (await reopeningOf(library, run)).experiment,
  folder: (run) => runFolder(library, run),
  interrupt: (run, cause) => interrupt(runFolder(library, run), cause)
})

/** Throws ResiduumError as `takeOwnership` and `JournalWriter` do: a run that a living process owns is left to it. */
async function interrupt(folder: string, cause: ErrorRecord): Promise<void> {
  const ownership = await takeOwnership(folder)
  try {
    const { journal, records, torn } = await JournalWriter.open(folder)
    try {
      const at = Date.now()
      // The cut is told nowhere else: the next writer finds the journal whole.
      const warnings: ErrorRecord[] = torn > 0 ? [{ code: 'journal-torn', parameters: { bytes: torn } }] : []
      await journal.append([
        ...warnings.map((error) => ({ type: 'warning' as const, at, error })),
        ...lastWords(progressOf(records), cause, at)
      ])
      await journal.sync()
    } finally {
      await journal.close()
    }
  } finally {
    await ownership.release()
  }
}

/** An end that stands stays: the trainer told it to the journal alone, or died before it had taken the run up again. */
function lastWords({ ended }: RunProgress, cause: ErrorRecord, at: number): JournalEvent[] {
  if (ended === null) return [{ type: 'ended', at, status: 'interrupted', error: cause, early: false }]
  return ended.status === 'finished' ? [] : [{ type: 'warning', at, error: cause }]
}
