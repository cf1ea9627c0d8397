import { join } from 'node:path'
import { ResiduumError } from '../../shared/errors'
import { makeFolder, writeError } from '../files'
import { Database } from './database'
import { LIBRARY_VERSION, libraryVersion, migrate } from './migrations'

/**
 * Opens or makes the library's database in `folder`, in this program's version.
 * Throws ResiduumError `cannot-write`, `disk-full`, `library-damaged` or `library-newer`.
 */
export function openDatabase(folder: string): Database {
  const file = join(folder, 'library.sqlite')
  try {
    makeFolder(folder)
  } catch (error) {
    throw writeError(folder, error)
  }
  try {
    const database = new Database(file)
    const version = libraryVersion(database)
    if (version > LIBRARY_VERSION) {
      database.close()
      throw new ResiduumError('library-newer', { file, version })
    }
    migrate(database)
    return database
  } catch (error) {
    if (error instanceof ResiduumError) throw error
    throw new ResiduumError('library-damaged', { file, message: (error as Error).message }, { cause: error })
  }
}
