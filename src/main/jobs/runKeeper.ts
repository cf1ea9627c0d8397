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
  async interrupt(run, cause) {
    const folder = runFolder(library, run)
    const ownership = await takeOwnership(folder)
    try {
      const { journal } = await JournalWriter.open(folder)
      await journal.append([{ type: 'ended', at: Date.now(), status: 'interrupted', error: cause, early: false }])
      await journal.sync()
      await journal.close()
    } finally {
      await ownership.release()
    }
  }
})
