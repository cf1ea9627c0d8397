import { hostname } from 'node:os'
import { version } from '../../../package.json'
import type { Started } from '../../shared/run/journal'
import { splitNames } from '../../shared/experiment/dataset'
import type { Dataset } from '../datasets/dataset'
import { sha256 } from '../files'
import type { Session } from './session'

/** What a run knows as it begins or goes on, for its journal. */
export function startedOf({
  architecture: { totals },
  dataset,
  experiment,
  device,
  splits,
  stepsPerEpoch,
  trainPictures,
  firstStep,
  firstEpoch
}: Session): Started {
  const { name, classes, counts } = dataset
  const { mean, std } = experiment.recipe.normalization
  return {
    type: 'started',
    at: Date.now(),
    step: firstStep,
    epoch: firstEpoch,
    stepsPerEpoch,
    parameters: totals.parameters,
    multiplyAdds: totals.multiplyAdds,
    pictures: { train: trainPictures, validation: splits.validation.length, test: splits.test.length },
    dataset: { name, classes, counts, sha256: checksumOf(dataset), mean: [...mean], std: [...std] },
    device,
    versions: { residuum: version, tensorflow: device.tensorflow, node: process.versions.node },
    host: hostname()
  }
}

/** One SHA-256 for the data set: of those of its files, in the order of the splits, images before labels. */
const checksumOf = ({ checksums }: Dataset): string =>
  sha256(Buffer.from(splitNames.flatMap((split) => [checksums[split].images, checksums[split].labels]).join('\n')))
