import { ResiduumError } from '../../shared/errors'
import { writeError } from '../files'

const READ_ONLY = ['EROFS', 'EACCES', 'EPERM']

/**
 * What a failed write into a run's folder means: `run-read-only` where nothing can be written there however long one
 * waits, `disk-full`, or `cannot-write`. Takes the system's error or what `writeFileAtomic` made of it.
 */
export function runWriteError(file: string, error: unknown): ResiduumError {
  const known = error instanceof ResiduumError
  const cause = known ? error.cause : error
  if (READ_ONLY.includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '')) {
    return new ResiduumError('run-read-only', { file, message: (cause as Error).message }, { cause })
  }
  return known ? error : writeError(file, error)
}
