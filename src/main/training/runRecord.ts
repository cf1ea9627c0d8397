import { ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/ipc/error'
import { JournalWriter } from '../run/journal'
import { takeOwnership, type Ownership } from '../run/owner'
import { progressOf, type RunProgress } from '../../shared/run/progress'

/** A run's folder in the hands of the process that trains it: nobody else writes there until it is closed. */
export class RunRecord {
  private constructor(
    readonly folder: string,
    private readonly ownership: Ownership,
    readonly journal: JournalWriter,
    /** What the journal told before this process wrote anything. */
    readonly progress: RunProgress,
    /** What is to be said of how the last owner left the folder. */
    readonly warnings: readonly ErrorRecord[]
  ) {}

  /**
   * Takes ownership and opens the journal, which is begun where there is none.
   * Throws ResiduumError `run-in-progress`, `run-elsewhere`, `journal-damaged`, `journal-newer`, `disk-full`,
   * `run-read-only` or `cannot-write`; nothing is changed then.
   */
  static async open(folder: string, options: { takeOver?: boolean } = {}): Promise<RunRecord> {
    const ownership = await takeOwnership(folder, options)
    try {
      const { journal, records, torn } = await JournalWriter.open(folder)
      const warnings: ErrorRecord[] = torn > 0 ? [{ code: 'journal-torn', parameters: { bytes: torn } }] : []
      return new RunRecord(folder, ownership, journal, progressOf(records), warnings)
    } catch (error) {
      await ownership.release()
      throw error
    }
  }

  /** Throws ResiduumError `checkpoint-gone` where there were checkpoints, so that beginning anew would void figures. */
  refuseBeginning(id: string): void {
    const { checkpoints, epochs } = this.progress
    // An epoch's figures come after its checkpoint.
    if (checkpoints.length === 0 && epochs.length === 0) return
    throw new ResiduumError('checkpoint-gone', { id, folder: this.folder })
  }

  async close(): Promise<void> {
    await this.journal.close().catch(() => undefined)
    await this.ownership.release()
  }
}
