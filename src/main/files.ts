import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ResiduumError } from '../shared/errors'

/**
 * Replaces `file` whole or not at all: temporary file in the same folder, every byte, fsync, rename,
 * fsync of the folder. Makes the folder where it is missing.
 * Throws ResiduumError `disk-full` or `cannot-write`; the former content is then untouched.
 */
export async function writeFileAtomic(file: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const folder = dirname(file)
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    makeFolder(folder)
    // A rename would put a file in the place of a device.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is not a regular file')
    const handle = await open(temporary, 'wx')
    try {
      let written = 0
      while (written < bytes.byteLength) {
        written += (await handle.write(bytes, written, bytes.byteLength - written)).bytesWritten
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(folder)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeError(file, error)
  }
}

/** What a failed write means to the user. */
export function writeError(file: string, error: unknown): ResiduumError {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new ResiduumError('disk-full', { file }, { cause: error })
    : new ResiduumError('cannot-write', { file, message }, { cause: error })
}

/** Makes a rename last through a power cut; Windows cannot open folders and needs none of it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a file system that takes no folders says
 * ENOENT, as /proc does. Throws the system's error.
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have been faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** Most bytes of a file of tensors that are read into memory. */
export const MAX_TENSOR_BYTES = 2 ** 31 - 1

// A pipe would hold whoever opens it until somebody writes.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * A regular file's bytes, as many as it had when it was opened: no pipe, device or folder, and nothing without an end.
 * The one way in which a file that the user names is read.
 * Throws ResiduumError `cannot-read`, `not-a-file` or `file-too-large`.
 */
export async function readWhole(file: string, maxBytes: number): Promise<Buffer> {
  try {
    const handle = await open(file, READ)
    try {
      const bytes = bufferFor(file, await handle.stat(), maxBytes)
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return bytes.subarray(0, filled)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw readError(file, error)
  }
}

/** Likewise, at once: for small files that are needed before anything else. */
export function readWholeSync(file: string, maxBytes: number): Buffer {
  try {
    const handle = openSync(file, READ)
    try {
      const bytes = bufferFor(file, fstatSync(handle), maxBytes)
      return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0))
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw readError(file, error)
  }
}

/** A file's bytes; null where there is none. Throws as `readWhole` does. */
export const readIfThere = (file: string, maxBytes: number): Promise<Buffer | null> =>
  readWhole(file, maxBytes).catch((error: unknown) => {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null
    throw error
  })

function bufferFor(file: string, found: Stats, max: number): Buffer {
  if (!found.isFile()) throw new ResiduumError('not-a-file', { file })
  if (found.size > max) throw new ResiduumError('file-too-large', { file, size: found.size, max })
  return Buffer.alloc(found.size)
}

const readError = (file: string, error: unknown): ResiduumError =>
  error instanceof ResiduumError
    ? error
    : new ResiduumError('cannot-read', { file, message: (error as Error).message }, { cause: error })

/** SHA-256 of bytes, in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
