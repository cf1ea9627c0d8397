import { readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { architectureSchema, type Architecture } from '../../shared/architecture/schema'
import { ResiduumError } from '../../shared/errors'
import { experimentSchema, type Experiment } from '../../shared/experiment/schema'
import { isPresetName, presets } from '../../shared/presets'

/** Far above any drawing, far below what would fill the memory. */
const MAX_BYTES = 20_000_000

/**
 * The architecture of a preset's name or of a JSON file.
 * Throws ResiduumError `cannot-read` or `architecture-file`, which says what is wrong and where.
 */
export async function readArchitecture(nameOrFile: string): Promise<Architecture> {
  if (isPresetName(nameOrFile)) return presets[nameOrFile].architecture
  return readDocument(nameOrFile, 'residuum.architecture', architectureSchema, 'architecture-file')
}

/** The experiment of a JSON file. Throws ResiduumError `cannot-read` or `experiment-file`. */
export const readExperiment = (file: string): Promise<Experiment> =>
  readDocument(file, 'residuum.experiment', experimentSchema, 'experiment-file')

async function readDocument<T>(
  file: string,
  expected: string,
  schema: z.ZodType<T>,
  code: 'architecture-file' | 'experiment-file'
): Promise<T> {
  const refuse = (reason: string): ResiduumError => new ResiduumError(code, { file, reason })
  const bytes = await readWhole(file, MAX_BYTES)
  let document: unknown
  try {
    document = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw refuse((error as Error).message)
  }
  const { format, version } = (document ?? {}) as { format?: unknown; version?: unknown }
  if (format !== expected) throw refuse(`its format is ${JSON.stringify(format)} instead of "${expected}"`)
  if (version !== 1) throw refuse(`it has version ${String(version)}, this program reads version 1`)
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw refuse(`${issue.path.join('.')}: ${issue.message}`)
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
