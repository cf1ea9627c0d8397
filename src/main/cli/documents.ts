import { MAX_DOCUMENT_BYTES, parseArchitecture, parseDocument } from '../../shared/architecture/document'
import type { Architecture } from '../../shared/architecture/schema'
import { experimentSchema, type Experiment } from '../../shared/experiment/schema'
import { decodeText } from '../../shared/text/decode'
import { isPresetName, presets } from '../../shared/presets'
import { readWhole } from '../files'

/**
 * The architecture of a preset's name or of a JSON file.
 * Throws ResiduumError `cannot-read`, `text-encoding`, `text-damaged` or `architecture-file`, which says what is wrong and where.
 */
export async function readArchitecture(nameOrFile: string): Promise<Architecture> {
  if (isPresetName(nameOrFile)) return presets[nameOrFile].architecture
  return parseArchitecture(await readText(nameOrFile), nameOrFile)
}

/** The experiment of a JSON file. Throws as `readArchitecture` does, and `experiment-file`. */
export const readExperiment = async (file: string): Promise<Experiment> =>
  parseDocument(await readText(file), file, 'residuum.experiment', experimentSchema, 'experiment-file')

const readText = async (file: string): Promise<string> => decodeText(await readWhole(file, MAX_DOCUMENT_BYTES), file)
