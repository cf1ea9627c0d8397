import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ResiduumError } from '../../shared/errors'
import type { JournalRecord } from '../../shared/run/journal'
import {
  decodePayload,
  FRAME_BYTES,
  frameLength,
  isWhole,
  MAGIC,
  MAX_PAYLOAD_BYTES,
  UnknownRecord,
  versionOf
} from './records'

export const journalFile = (folder: string): string => join(folder, 'journal')

export interface JournalEntry {
  record: JournalRecord
  /** Bytes from the journal's beginning to this record's end, from where one can read on. */
  end: number
}

/** A record that is whole but not understood; it counts for nothing. */
export interface SkippedRecord {
  offset: number
  end: number
  type: string
  reason: string
}

export interface JournalTail {
  /** Where the last whole record ends. */
  end: number
  /** Bytes after it of a record that was not written whole. */
  torn: number
}

const PIECE_BYTES = 2 ** 20
/** Records that are taken apart before other work has its turn. */
const TURN = 500
/** More than one record can be torn off: who was killed had begun one write. */
const MAX_TAIL_BYTES = FRAME_BYTES + MAX_PAYLOAD_BYTES

/**
 * The records of the journal in `folder` from byte `from` on (0, or an `end` that was read before) to the last whole
 * one; none where there is no journal. Never writes. The journal may grow meanwhile; what is torn at its end may still
 * become whole and is no error. Records of a newer version or against the format go to `onSkipped`.
 * Throws ResiduumError `journal-damaged`, `journal-newer` or `cannot-read`. Who began at a `from` that is not 0 should
 * begin anew at 0 before it believes in damage: a failed write that was taken back may have left `from` amid a record.
 */
export async function* readJournal(
  folder: string,
  from = 0,
  onSkipped?: (skipped: SkippedRecord) => void
): AsyncGenerator<JournalEntry, JournalTail> {
  const file = journalFile(folder)
  const handle = await openThere(file)
  if (!handle) return { end: 0, torn: 0 }
  try {
    const pieces = readPieces(handle, file, from, onSkipped)
    for (;;) {
      const { done, value } = await pieces.next()
      if (done) return value
      for (const entry of value) yield entry
    }
  } finally {
    await handle.close()
  }
}

/** Likewise from an open file, many records at a time. */
export async function* readPieces(
  handle: FileHandle,
  file: string,
  from: number,
  onSkipped: (skipped: SkippedRecord) => void = () => undefined
): AsyncGenerator<JournalEntry[], JournalTail> {
  const { size } = await handle.stat()
  if (from > size) throw damaged(file, size)
  if (from < MAGIC.length && !(await checkBeginning(handle, file))) return { end: 0, torn: size }
  let offset = Math.max(from, MAGIC.length)
  let wanted = PIECE_BYTES
  for (;;) {
    // Read anew from its beginning, a record that was half there is whole by now, or gone.
    const bytes = await readAt(handle, file, offset, wanted)
    let used = 0
    for (let turn = takeApart(bytes, 0, offset, onSkipped); turn.end > used;) {
      used = turn.end
      yield turn.entries
      if (turn.full) await setImmediate()
      turn = takeApart(bytes, used, offset, onSkipped)
    }
    if (used > 0) {
      offset += used
      wanted = PIECE_BYTES
      continue
    }
    if (bytes.length === 0) return { end: offset, torn: 0 }
    const needed = frameLength(bytes, 0) ?? FRAME_BYTES
    if (needed > wanted) {
      wanted = needed
      continue
    }
    const rest = await readAt(handle, file, offset, MAX_TAIL_BYTES + 1)
    const length = frameLength(rest, 0)
    if (length !== null && isWhole(rest, 0, length)) continue
    if (!isTorn(rest)) throw damaged(file, offset)
    return { end: offset, torn: rest.length }
  }
}

interface Turn {
  entries: JournalEntry[]
  /** Where in the bytes the last of them ends. */
  end: number
  /** Whether it ended since others shall have their turn. */
  full: boolean
}

/** Up to `TURN` whole records of `bytes` from `at` on; `offset` is where the bytes stand in the file. */
function takeApart(bytes: Buffer, at: number, offset: number, onSkipped: (skipped: SkippedRecord) => void): Turn {
  const entries: JournalEntry[] = []
  let end = at
  for (let count = 0; count < TURN; count++) {
    const length = frameLength(bytes, end)
    if (length === null || !isWhole(bytes, end, length)) return { entries, end, full: false }
    const record = decodePayload(bytes.subarray(end + FRAME_BYTES, end + length))
    const begin = offset + end
    end += length
    if (record instanceof UnknownRecord) {
      onSkipped({ offset: begin, end: offset + end, type: record.type, reason: record.reason })
    } else {
      entries.push({ record, end: offset + end })
    }
  }
  return { entries, end, full: true }
}

/**
 * Whether what is left of a file is a record that was not written whole: it reaches to the file's end, or nothing but
 * zeros follow, as a power cut leaves them. A wrong bit in a length looks the same, but whole records follow it.
 */
function isTorn(rest: Buffer): boolean {
  if (rest.length < FRAME_BYTES) return true
  if (rest.length > MAX_TAIL_BYTES) return false
  const length = rest.readUInt32LE(0)
  if (length > MAX_PAYLOAD_BYTES) return false
  let written = rest.length
  while (written > 0 && rest[written - 1] === 0) written -= 1
  if (written > FRAME_BYTES + length) return false
  for (let at = 1; at + FRAME_BYTES < written; at++) {
    const other = frameLength(rest, at)
    if (other !== null && at + other <= rest.length && isWhole(rest, at, other)) return false
  }
  return true
}

/** Whether the file has its beginning; not yet, where whoever made it was cut off there. */
async function checkBeginning(handle: FileHandle, file: string): Promise<boolean> {
  const beginning = await readAt(handle, file, 0, MAGIC.length)
  const version = versionOf(beginning)
  if (version === null) throw damaged(file, 0)
  if (version === undefined) return false
  if (version > MAGIC[6]!) throw new ResiduumError('journal-newer', { file, version })
  return true
}

const damaged = (file: string, offset: number): ResiduumError => new ResiduumError('journal-damaged', { file, offset })

async function openThere(file: string): Promise<FileHandle | null> {
  let handle: FileHandle
  try {
    // A pipe would hold whoever opens it until somebody writes.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cannotRead(file, error)
  }
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new ResiduumError('not-a-file', { file })
}

/** Up to `length` bytes from `offset` on; fewer at the file's end. */
async function readAt(handle: FileHandle, file: string, offset: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat()
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
  let filled = 0
  try {
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
  } catch (error) {
    throw cannotRead(file, error)
  }
  return bytes.subarray(0, filled)
}

const cannotRead = (file: string, error: unknown): ResiduumError =>
  new ResiduumError('cannot-read', { file, message: (error as Error).message }, { cause: error })
