import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
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
    await mkdir(folder, { recursive: true })
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
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A file's bytes. Throws ResiduumError `cannot-read`. */
export async function readWhole(file: string, maxBytes = Infinity): Promise<Buffer> {
  try {
    const { size } = await stat(file)
    if (size > maxBytes) throw new Error(`it has ${size} bytes, more than ${maxBytes}`)
    return await readFile(file)
  } catch (error) {
    throw new ResiduumError('cannot-read', { file, message: (error as Error).message }, { cause: error })
  }
}
