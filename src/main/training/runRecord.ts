import { basename } from 'node:path'
import { ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/errorRecord'
import { progressOf, type Change, type RunProgress } from '../../shared/run/progress'
import { makeFolder } from '../files'
import { runWriteError } from '../run/errors'
import { JournalWriter } from '../run/journal'
import { takeOwnership, type Ownership } from '../run/owner'
import type { Ended } from './observers/observer'

/** The setting of an experiment by which it ends. */
const EPOCHS = 'recipe.epochs'

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
    try {
      makeFolder(folder)
    } catch (error) {
      throw runWriteError(folder, error)
    }
    const ownership = await takeOwnership(folder, options).catch((error: unknown) => {
      throw runWriteError(folder, error)
    })
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
  refuseBeginning(): void {
    const { checkpoints, epochs } = this.progress
    // An epoch's figures come after its checkpoint.
    if (checkpoints.length === 0 && epochs.length === 0) return
    throw new ResiduumError('checkpoint-gone', { id: basename(this.folder), folder: this.folder })
  }

  /** The changes of the experiment that going on to `epochs` makes. */
  changesFor(epochs: number | undefined): Change[] {
    if (epochs === undefined) return []
    const last = this.progress.changes.filter(({ field }) => field === EPOCHS).at(-1)
    return last?.value === epochs ? [] : [{ field: EPOCHS, value: epochs }]
  }

  /** Records the end of a run that never began; where that cannot be, it counts as interrupted. */
  async end({ status, error, early }: Ended): Promise<void> {
    try {
      await this.journal.append([{ type: 'ended', at: Date.now(), status, error, early }])
      await this.journal.sync()
    } catch {
      // Why it ended is told to whoever began it.
    }
  }

  async close(): Promise<void> {
    await this.journal.close().catch(() => undefined)
    await this.ownership.release()
  }
}
