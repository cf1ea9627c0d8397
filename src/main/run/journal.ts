import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { ResiduumError } from '../../shared/errors'
import type { JournalRecord } from '../../shared/run/journal'
import { syncFolder } from '../files'
import { runWriteError } from './errors'
import { journalFile, readPieces, type SkippedRecord } from './reading'
import { encodeRecord, MAGIC } from './records'

export { readJournal, type JournalEntry, type JournalTail, type SkippedRecord } from './reading'

/** Above this much that was not synced the writer does it by itself: it keeps these bytes in memory. */
const MAX_UNSYNCED_BYTES = 8 * 2 ** 20

/** What an opened journal held. */
export interface OpenedJournal {
  journal: JournalWriter
  records: JournalRecord[]
  /** Records that were not understood. */
  skipped: SkippedRecord[]
  /** Bytes of a torn last record that were cut off. */
  torn: number
}

/** Appends to the journal of a run that the caller owns. Calls take effect one after the other, in their order. */
export class JournalWriter {
  /** Bytes since the last sync. A failed one may have lost them while the system says that all is well from then on. */
  private unsynced: Buffer[] = []
  private isDoubted = false
  /** Whether bytes of a failed write may stand after the end. */
  private isRagged = false
  private last: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private end: number
  ) {}

  /**
   * Opens or begins the journal in `folder` and cuts a torn last record off.
   * Throws ResiduumError `journal-damaged`, `journal-newer`, `not-a-file`, `cannot-read`, `disk-full`, `run-read-only` or
   * `cannot-write`; the journal is then as it was.
   */
  static async open(folder: string): Promise<OpenedJournal> {
    const file = journalFile(folder)
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT).catch((error: unknown) => {
      throw runWriteError(file, error)
    })
    try {
      if (!(await handle.stat()).isFile()) throw new ResiduumError('not-a-file', { file })
      const records: JournalRecord[] = []
      const skipped: SkippedRecord[] = []
      const pieces = readPieces(handle, file, 0, (record) => void skipped.push(record))
      let piece = await pieces.next()
      for (; !piece.done; piece = await pieces.next()) for (const { record } of piece.value) records.push(record)
      const { end, torn } = piece.value
      await prepare(handle, folder, end, torn).catch((error: unknown) => {
        throw runWriteError(file, error)
      })
      return { journal: new JournalWriter(file, handle, Math.max(end, MAGIC.length)), records, skipped, torn }
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Bytes of the journal, which a checkpoint's manifest names. */
  get position(): number {
    return this.end
  }

  /**
   * Appends `records` whole or not at all: what a failed write began is cut off again, and the caller may try once more.
   * Throws ResiduumError `disk-full`, `run-read-only` or `cannot-write`.
   */
  append(records: readonly JournalRecord[]): Promise<void> {
    const bytes = Buffer.concat(records.flatMap(encodeRecord))
    return this.inTurn(async () => {
      await this.mend()
      try {
        await writeAll(this.handle, bytes, this.end)
      } catch (error) {
        this.isRagged = true
        // Where even that fails, the next call tries again first.
        await this.mend().catch(() => undefined)
        throw error
      }
      this.end += bytes.length
      this.unsynced.push(bytes)
      // Its failure is told by the next call.
      if (this.unsyncedBytes > MAX_UNSYNCED_BYTES) await this.flush().catch(() => undefined)
    })
  }

  /**
   * Makes all that was appended last through a power cut. Throws as `append` does, and `cannot-write` where the file is no
   * longer in its place: what is written to one that was moved or removed is found by nobody.
   */
  sync(): Promise<void> {
    return this.inTurn(async () => {
      await this.mend()
      await this.flush()
      const [own, there] = await Promise.all([this.handle.stat(), stat(this.file).catch(() => null)])
      if (there?.ino !== own.ino) throw new Error('it was moved or removed while the run was trained')
    })
  }

  /** Waits for the calls before and closes the file; does not sync. */
  close(): Promise<void> {
    return this.inTurn(async () => {
      await this.mend().catch(() => undefined)
      await this.handle.close()
    })
  }

  private get unsyncedBytes(): number {
    return this.unsynced.reduce((total, bytes) => total + bytes.length, 0)
  }

  private async flush(): Promise<void> {
    if (this.unsynced.length === 0) return
    this.isDoubted = true
    await this.handle.datasync()
    this.isDoubted = false
    this.unsynced = []
  }

  /** Takes back what a failed write left, and repeats what a failed sync may have lost. */
  private async mend(): Promise<void> {
    if (this.isRagged) {
      await this.handle.truncate(this.end)
      this.isRagged = false
    }
    if (this.isDoubted) {
      await writeAll(this.handle, Buffer.concat(this.unsynced), this.end - this.unsyncedBytes)
      this.isDoubted = false
    }
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work).catch((error: unknown) => {
      throw runWriteError(this.file, error)
    })
    this.last = done.catch(() => undefined)
    return done
  }
}

/** Cuts off what is torn, and begins a journal that has no beginning. */
async function prepare(handle: FileHandle, folder: string, end: number, torn: number): Promise<void> {
  if (torn > 0) await handle.truncate(end)
  if (end === 0) await writeAll(handle, MAGIC, 0)
  if (torn > 0 || end === 0) await handle.sync()
  if (end === 0) await syncFolder(folder)
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written)
    if (bytesWritten === 0) throw new Error('nothing was written')
    written += bytesWritten
  }
}
