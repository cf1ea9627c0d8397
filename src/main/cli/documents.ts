import { MAX_DOCUMENT_BYTES, parseArchitecture, parseDocument } from '../../shared/architecture/document'
import type { Architecture } from '../../shared/architecture/schema'
import { experimentSchema, type Experiment } from '../../shared/experiment/schema'
import { isPresetName, presets } from '../../shared/presets'
import { readWhole } from '../files'

/**
 * The architecture of a preset's name or of a JSON file.
 * Throws ResiduumError `cannot-read` or `architecture-file`, which says what is wrong and where.
 */
export async function readArchitecture(nameOrFile: string): Promise<Architecture> {
  if (isPresetName(nameOrFile)) return presets[nameOrFile].architecture
  return parseArchitecture(await readText(nameOrFile), nameOrFile)
}

/** The experiment of a JSON file. Throws ResiduumError `cannot-read` or `experiment-file`. */
export const readExperiment = async (file: string): Promise<Experiment> =>
  parseDocument(await readText(file), file, 'residuum.experiment', experimentSchema, 'experiment-file')

const readText = async (file: string): Promise<string> => (await readWhole(file, MAX_DOCUMENT_BYTES)).toString('utf8')
