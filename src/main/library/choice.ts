import { readdir } from 'node:fs/promises'
import { ResiduumError } from '../../shared/errors'
import { basename } from 'node:path'
import { runsFolder } from '../run/folder'
import { isFormer } from './former/migrate'
import { indexFolder } from './index/schema'

/**
 * Whether a folder may be taken for a library: it is one, or empty. Throws ResiduumError `library-other` for one in which
 * other things are, which a library would be strewn among, and `cannot-read`.
 */
export async function requireLibrary(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new ResiduumError('cannot-read', { file: folder, message: error.message }, { cause: error })
  })
  if (names.length === 0) return
  const own = [runsFolder(folder), indexFolder(folder)].map((path) => basename(path))
  if (own.some((name) => names.includes(name)) || (await isFormer(folder))) return
  throw new ResiduumError('library-other', { folder })
}
