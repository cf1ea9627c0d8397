import { checkArchitecture, type CheckedArchitecture } from '../../shared/architecture/check'
import { largestBatch, trainingMemory } from '../../shared/experiment/memory'
import { ResiduumError, describeError } from '../../shared/errors'
import { recipeFindings, type Finding } from '../../shared/experiment/findings'
import { epochLength } from '../../shared/experiment/length'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/errorRecord'
import type { Device } from '../../shared/run/schema'
import { checkUnchanged, openDataset, readLabels, type Dataset } from '../datasets/dataset'
import { describeDevice } from '../engine/backend'
import { compileNetwork } from '../engine/compile'
import type { CompiledNetwork } from '../engine/compiledNetwork'
import { initialState } from '../engine/weights'
import { readMemory } from '../memory'
import { loadCheckpoint, startFrom, type LoadedCheckpoint, type Start } from './checkpointFiles'
import type { OnFullDisk } from './diskRoom'
import { openPictureFeed, type PictureFeed } from './pictureFeed'
import { planConvolutions } from './plans'
import type { RunRecord } from './runRecord'
import { splitPictures, type Splits } from './splits'
import { leaveTrace, removeTrace } from './traces'

export interface TrainingJob {
  experiment: Experiment
  /** The run's folder; null for a run of which nothing is kept. */
  folder: string | null
  /** Go on from the newest whole checkpoint in the folder. */
  resume?: boolean
  /** Go on where early stopping had ended the run: its patience counts anew. */
  goOn?: boolean
  /** Data sets of more bytes are streamed. */
  residentLimit?: number | undefined
  onFullDisk?: OnFullDisk
  /** MB for the evaluations that are kept; the program's own measure where it is not given. */
  evaluationSpace?: number
  /** MB for checkpoints beside those that always stay; likewise. */
  checkpointSpace?: number
  /** Another end than the experiment's. */
  epochs?: number | undefined
  /** Have the folder also where a process of another computer or container owns it. */
  takeOver?: boolean | undefined
}

/** All that a run needs in memory, made ready in this order: checks, data, checkpoint, plans, the compiled network. */
export class Session {
  /** Of the data set's pictures. */
  readonly source: { height: number; width: number }
  /** Path of the layer that gives the logits. */
  readonly output: string
  readonly stepsPerEpoch: number
  /** Trained on in an epoch. */
  readonly trainPictures: number

  private constructor(
    readonly experiment: Experiment,
    readonly architecture: CheckedArchitecture,
    readonly dataset: Dataset,
    readonly splits: Splits,
    readonly feed: PictureFeed,
    readonly network: CompiledNetwork,
    readonly device: Device,
    readonly start: Start,
    /** What is to be said at the start. */
    readonly warnings: readonly ErrorRecord[]
  ) {
    const { steps, pictures } = epochLength(experiment.recipe, splits.train.length)
    this.source = { height: dataset.shape[1], width: dataset.shape[2] }
    this.output = architecture.output
    this.stepsPerEpoch = steps
    this.trainPictures = pictures
  }

  /**
   * Null where `isStopped` says so once all was measured; `record` is that of the job's folder. Throws ResiduumError;
   * what was opened is closed again then.
   */
  static async open(job: TrainingJob, record: RunRecord | null, isStopped: () => boolean): Promise<Session | null> {
    const { recipe: given } = job.experiment
    const recipe = { ...given, epochs: job.epochs ?? given.epochs }
    const experiment = { ...job.experiment, recipe }
    const { architecture, dataset, findings } = await checkExperiment(experiment)
    const splits = splitPictures(recipe, dataset.counts, await readLabels(dataset, 'train'))
    const short = memoryShortage(architecture, experiment, {
      train: splits.train.length,
      test: Math.max(splits.test.length, splits.validation.length)
    })
    const folder = record?.folder ?? null
    const traced = folder === null ? null : await leaveTrace(folder)
    let feed: PictureFeed | null = null
    let network: CompiledNetwork | null = null
    try {
      const checkpoint = record && job.resume ? await checkpointOf(record) : null
      const own = describeDevice()
      const mixed = recipe.precision === 'mixed' && own.kind === 'gpu'
      feed = await openPictureFeed(dataset, experiment, job.residentLimit)
      const { algorithms, warning: replanned } = await planConvolutions(architecture, recipe.batchSize, folder)
      // Measuring may have taken a while.
      if (isStopped()) {
        await release(folder, feed, null)
        return null
      }
      const productType = mixed ? 'bfloat16' : 'float32'
      network = await compileNetwork(architecture, recipe, feed.source, { productType, algorithms })
      network.writeState(checkpoint?.state ?? initialState(architecture, recipe.initialization, recipe.seed))
      const warnings: ErrorRecord[] = [
        ...(record?.warnings ?? []),
        ...(traced ? [traced] : []),
        ...(short ? [describeError(short)] : []),
        ...findings.map((finding) => describeError(ResiduumError.of(finding))),
        ...(replanned && checkpoint ? [describeError(replanned)] : []),
        ...(checkpoint?.refused ?? []),
        ...(job.resume && !checkpoint ? [{ code: 'resumed-from-nothing' as const, parameters: {} }] : []),
        ...(recipe.precision === 'mixed' && !mixed ? [{ code: 'no-mixed' as const, parameters: {} }] : [])
      ]
      const device: Device = { ...own, precision: mixed ? 'mixed' : 'float32' }
      const { steps } = epochLength(recipe, splits.train.length)
      const start = startFrom(checkpoint, steps, record?.progress.epochs ?? [])
      return new Session(experiment, architecture, dataset, splits, feed, network, device, start, warnings)
    } catch (error) {
      await release(folder, feed, network)
      throw await causeOf(error, dataset)
    }
  }

  /** The first epoch that has no figures yet, or goes without those that it had. */
  get firstEpoch(): number {
    const { position, isEvaluated } = this.start
    return isEvaluated ? position.epoch : position.epoch - 1
  }

  get firstStep(): number {
    return this.start.position.step
  }

  /** Throws ResiduumError `dataset-damaged` where the pictures are no longer those that were opened. */
  checkPictures(): Promise<void> {
    return checkUnchanged(this.dataset)
  }

  /** What made training fail: what TensorFlow says of pictures that changed below it is nobody's help. */
  causeOf(error: unknown): Promise<unknown> {
    return causeOf(error, this.dataset)
  }

  async close(folder: string | null): Promise<void> {
    await release(folder, this.feed, this.network)
  }
}

async function release(
  folder: string | null,
  feed: PictureFeed | null,
  network: CompiledNetwork | null
): Promise<void> {
  network?.close()
  await feed?.close()
  if (folder !== null) await removeTrace(folder)
}

/** Null where the run never had any. Throws ResiduumError `checkpoint-missing` or `checkpoint-gone`. */
async function checkpointOf(record: RunRecord): Promise<LoadedCheckpoint | null> {
  const checkpoint = await loadCheckpoint(record.folder, record.journal.position)
  if (!checkpoint) record.refuseBeginning()
  return checkpoint
}

const causeOf = (error: unknown, dataset: Dataset): Promise<unknown> =>
  checkUnchanged(dataset).then(
    () => error,
    (changed: unknown) => changed
  )

/**
 * Says that less memory is free than the run will take; null where it is enough. Throws ResiduumError
 * `memory-too-small` where the whole machine or container has less, `memory-too-small-network` where no batch size helps.
 */
function memoryShortage(
  architecture: CheckedArchitecture,
  { recipe }: Experiment,
  pictures: { train: number; test: number }
): ResiduumError | null {
  const { total } = trainingMemory(architecture, recipe, pictures)
  const memory = readMemory()
  if (total <= memory.free) return null
  const batchSize = Math.min(recipe.batchSize, pictures.train)
  const about = (has: number) => {
    const fits = largestBatch(architecture, { ...recipe, batchSize }, has)
    return { needed: gibibytes(total), batch: batchSize, has: gibibytes(has), fits }
  }
  if (total <= memory.total) return new ResiduumError('memory-short', about(memory.free))
  const parameters = about(memory.total)
  throw new ResiduumError(parameters.fits > 0 ? 'memory-too-small' : 'memory-too-small-network', parameters)
}

const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)

/** Checks that the drawing can be trained on the data, and gives what is to be said. Throws ResiduumError. */
export async function checkExperiment(
  experiment: Experiment
): Promise<{ architecture: CheckedArchitecture; dataset: Dataset; findings: Finding[] }> {
  const { checked, problems } = checkArchitecture(experiment.architecture)
  if (!checked) throw new ResiduumError('architecture', { problem: problems[0]! })
  const dataset = await openDataset(experiment.dataset.name)
  const { name } = dataset
  if (dataset.classes.length !== checked.classes) {
    throw new ResiduumError('dataset-classes', { name, classes: checked.classes, actual: dataset.classes.length })
  }
  if (dataset.shape[0] !== checked.inputShape[0]) {
    const channels = checked.inputShape[0]!
    throw new ResiduumError('dataset-channels', { name, channels, actual: dataset.shape[0] })
  }
  const findings = recipeFindings(experiment.recipe, checked, dataset)
  const wrong = findings.find(({ severity }) => severity === 'error')
  if (wrong) throw ResiduumError.of(wrong)
  return { architecture: checked, dataset, findings }
}
