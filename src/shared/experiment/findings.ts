import { statisticsOfOneValue } from '../architecture/batchStatistics'
import type { CheckedArchitecture } from '../architecture/check'
import type { ErrorRecord } from '../errors'
import { epochLength, pictureCounts } from './length'
import { warmupSteps } from './schedule'
import { recipeSchema, type Recipe } from './schema'

/** What can be said of a recipe before a run. */
export type Finding = ErrorRecord & {
  /** An error keeps the run from starting. */
  severity: 'error' | 'warning'
  /** A change of the recipe that mends it. */
  mend?: Partial<Recipe>
}

/** What of a data set a recipe depends on. */
export interface TrainingData {
  counts: { train: number; test: number }
  /** Channels, height, width of its pictures. */
  shape: readonly number[]
}

/** What the recipe's own schema cannot see, errors first: it takes the network and the data to tell. */
export function recipeFindings(recipe: Recipe, architecture: CheckedArchitecture, data: TrainingData): Finding[] {
  const { monitor, validationShare, augmentation, batchSize, optimizer } = recipe
  const counts = pictureCounts(recipe, data.counts)
  const findings: Finding[] = []
  const refuse = (error: ErrorRecord, mend?: Partial<Recipe>): void =>
    void findings.push({ severity: 'error', ...error, ...(mend && { mend }) })
  const watched = monitor.startsWith('validation') ? { monitor: recipeSchema.shape.monitor.parse(undefined) } : {}
  if (monitor.startsWith('validation') && validationShare === 0)
    refuse({ code: 'recipe-validation', parameters: { monitor } }, watched)
  const { mean, std } = recipe.normalization
  const channels = data.shape[0]!
  if (mean.length !== channels || std.length !== channels) {
    refuse({ code: 'recipe-normalization', parameters: { channels, mean: mean.length, std: std.length } })
  }
  // torch.optim.SGD refuses it with the same words.
  if (optimizer.kind === 'SGD' && optimizer.nesterov && (optimizer.momentum === 0 || optimizer.dampening > 0)) {
    const { momentum, dampening } = optimizer
    refuse(
      { code: 'recipe-nesterov', parameters: { momentum, dampening } },
      { optimizer: { ...optimizer, nesterov: false } }
    )
  }
  const smallest = Math.min(data.shape[1]!, data.shape[2]!)
  const { crop } = augmentation
  if (crop?.mode === 'reflect' && crop.padding >= smallest) {
    refuse({ code: 'recipe-crop', parameters: { padding: crop.padding, size: smallest } })
  }
  if (validationShare > 0 && counts.validation === 0) {
    refuse({ code: 'recipe-one-picture', parameters: { share: validationShare } }, { validationShare: 0, ...watched })
  }
  const { steps, lastBatch } = epochLength(recipe, counts.train)
  if (steps === 0)
    refuse({ code: 'recipe-no-step', parameters: { pictures: counts.train, batch: batchSize } }, { dropLast: false })
  const layer = steps > 0 && statisticsOfOneValue(architecture, lastBatch)
  if (layer) {
    const parameters = { layer: layer.path, kind: layer.kind, pictures: counts.train, batch: batchSize }
    if (steps === 1 || batchSize === 1) refuse({ code: 'batch-of-one', parameters })
    else refuse({ code: 'last-batch-of-one', parameters }, { dropLast: true })
  }
  return [...findings, ...scheduleWarnings(recipe, steps)]
}

/** Where a warm-up and the schedule after it do not both find room in the run. */
function scheduleWarnings(recipe: Recipe, stepsPerEpoch: number): Finding[] {
  const { warmup, epochs, schedule } = recipe
  const steps = warmupSteps(recipe, stepsPerEpoch)
  if (steps === 0) return []
  if (steps >= epochs * stepsPerEpoch) {
    return [{ severity: 'warning', code: 'recipe-warmup', parameters: { warmup, epochs } }]
  }
  if (schedule.kind !== 'multi-step') return []
  const missed = schedule.milestones.filter((milestone) => milestone < epochs && milestone + warmup >= epochs)
  if (missed.length === 0) return []
  const reached = missed.map((milestone) => Number((milestone + warmup).toPrecision(6)))
  const parameters = { milestones: missed.join(', '), reached: reached.join(', '), warmup, epochs }
  return [{ severity: 'warning', code: 'recipe-milestones', parameters }]
}
