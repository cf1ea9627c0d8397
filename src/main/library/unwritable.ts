import { ResiduumError } from '../../shared/errors'
import { writeError } from '../files'

/** What it means to the user that `file` of a library, or its folder, cannot be written. */
export function unwritable(file: string, error: unknown): ResiduumError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EROFS') return new ResiduumError('library-read-only', { file }, { cause: error })
  const meaning = writeError(file, error)
  return meaning.code === 'disk-full'
    ? meaning
    : new ResiduumError('library-unwritable', { file, message }, { cause: error })
}
