import { MAX_DOCUMENT_BYTES, parseArchitecture } from '../../shared/architecture/document'
import type { Architecture } from '../../shared/architecture/schema'
import { parseExperiment } from '../../shared/experiment/document'
import type { Experiment } from '../../shared/experiment/schema'
import { decodeText } from '../../shared/text/decode'
import { isPresetName, presets } from '../../shared/presets'
import { readWhole } from '../files'

/**
 * The architecture of a preset's name or of a JSON file.
 * Throws ResiduumError `cannot-read`, `text-encoding`, `text-damaged`, and as
 * `parseArchitecture` does, which says what is wrong and where. What attributes no layer has says a check.
 */
export async function readArchitecture(nameOrFile: string): Promise<Architecture> {
  if (isPresetName(nameOrFile)) return presets[nameOrFile].architecture
  return parseArchitecture(await readText(nameOrFile), nameOrFile)
}

/** The experiment of a JSON file. Throws as `readArchitecture` and `parseExperiment` do. */
export const readExperiment = async (file: string): Promise<Experiment> => parseExperiment(await readText(file), file)

const readText = async (file: string): Promise<string> => decodeText(await readWhole(file, MAX_DOCUMENT_BYTES), file)
