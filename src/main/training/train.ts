import { checkArchitecture, type CheckedArchitecture } from '../../shared/architecture/check'
import { largestBatch, trainingMemory } from '../../shared/architecture/memory'
import { describeProblem } from '../../shared/architecture/problems'
import { ResiduumError, describeError } from '../../shared/errors'
import { recipeFindings, type Finding } from '../../shared/experiment/findings'
import { epochLength } from '../../shared/experiment/length'
import { learningRateAt } from '../../shared/experiment/schedule'
import type { Experiment } from '../../shared/experiment/schema'
import { countedScore, divergence, isDiverged, scoreOf } from '../../shared/run/best'
import type { TrainingEvent } from '../../shared/run/events'
import type { EpochMetrics } from '../../shared/run/schema'
import { EVALUATION_SPACE } from '../../shared/settings'
import { checkUnchanged, openDataset, readLabels, type Dataset } from '../datasets/dataset'
import { drawAugmentation } from '../engine/augmentationDraw'
import { describeDevice } from '../engine/backend'
import { compileNetwork } from '../engine/compile'
import type { CompiledNetwork, StepSettings } from '../engine/compiledNetwork'
import { initialState, namedParameters, notFiniteIn } from '../engine/weights'
import { readMemory } from '../memory'
import { Checkpoints, loadCheckpoint, type Position } from './checkpoints'
import type { TrainingControl } from './control'
import { evaluatePictures, type EvaluationPass } from './evaluate'
import { EvaluationSaver } from './observers/evaluations'
import { betterOf, isExhausted } from './patience'
import { openPictureFeed, type PictureBatch, type PictureFeed } from './pictureFeed'
import { planConvolutions } from './plans'
import { ProgressReporter } from './progress'
import { epochOrder, splitPictures } from './splits'
import { Stopwatch } from './stopwatch'
import { leaveTrace, removeTrace } from './traces'

export interface TrainingJob {
  experiment: Experiment
  /** Where checkpoints go. */
  folder: string
  /** Go on from the newest whole checkpoint in the folder. */
  resume?: boolean
  /** Go on where early stopping had ended the run: its patience counts anew. */
  goOn?: boolean
  /** Data sets of more bytes are streamed. */
  residentLimit?: number | undefined
  /** MB for the evaluations that are kept. */
  evaluationSpace?: number
}

const BEGINNING: Position = { step: 0, epoch: 0, score: null, best: null, lossSum: 0, correct: 0, seconds: 0 }

/**
 * Trains an experiment from start, or from a checkpoint, to end and tells of it by `emit`; the last
 * event is `ended`, whatever happens. Between two steps it obeys `control` and lets the process do its
 * other work.
 */
export async function train(
  job: TrainingJob,
  control: TrainingControl,
  emit: (event: TrainingEvent) => void
): Promise<void> {
  let network: CompiledNetwork | null = null
  let feed: PictureFeed | null = null
  let opened: Dataset | null = null
  let isTraced = false
  try {
    const { experiment } = job
    const { recipe } = experiment
    const { architecture, dataset, warnings } = await prepare(experiment)
    opened = dataset
    const splits = splitPictures(recipe, dataset.counts, await readLabels(dataset, 'train'))
    const { steps: stepsPerEpoch, pictures } = epochLength(recipe, splits.train.length)
    const counts = { train: pictures, test: splits.test.length + splits.validation.length }
    const short = memoryShortage(architecture, experiment, {
      train: splits.train.length,
      test: Math.max(splits.test.length, splits.validation.length)
    })
    isTraced = job.folder !== ''
    const traced = isTraced ? await leaveTrace(job.folder) : null
    const checkpoint = job.resume ? await loadCheckpoint(job.folder) : null
    const start = checkpoint?.position ?? BEGINNING
    const device = describeDevice()
    const mixed = recipe.precision === 'mixed' && device.kind === 'gpu'
    feed = await openPictureFeed(dataset, experiment, job.residentLimit)
    const { algorithms, warning: replanned } = await planConvolutions(architecture, recipe.batchSize, job.folder)
    // Measuring may have taken a while.
    if (control.isStopped) return emit({ type: 'ended', status: 'stopped', error: null, early: false })
    const productType = mixed ? 'bfloat16' : 'float32'
    network = await compileNetwork(architecture, recipe, feed.source, { productType, algorithms })
    network.writeState(checkpoint?.state ?? initialState(architecture, recipe.initialization, recipe.seed))
    emit({
      type: 'started',
      device: { ...device, precision: mixed ? 'mixed' : 'float32' },
      stepsPerEpoch,
      step: start.step,
      epoch: start.epoch
    })
    if (traced) emit({ type: 'warning', error: traced })
    if (short) emit({ type: 'warning', error: describeError(short) })
    for (const { code, parameters } of warnings) emit({ type: 'warning', error: { code, parameters } })
    if (replanned && checkpoint) emit({ type: 'warning', error: describeError(replanned) })
    for (const error of checkpoint?.refused ?? []) emit({ type: 'warning', error })
    if (recipe.precision === 'mixed' && !mixed) emit({ type: 'warning', error: { code: 'no-mixed', parameters: {} } })

    const stopwatch = new Stopwatch(start.seconds)
    const reporter = new ProgressReporter(recipe.epochs, counts, emit)
    const checkpoints = new Checkpoints(job.folder, namedParameters(architecture))
    if (checkpoint) await checkpoints.adopt(start.step)
    let best = start.best
    const warn = (error: unknown): void => emit({ type: 'warning', error: describeError(error) })
    const evaluations = isTraced
      ? new EvaluationSaver(
          {
            folder: job.folder,
            classes: architecture.classes,
            limitBytes: (job.evaluationSpace ?? EVALUATION_SPACE) * 1e6
          },
          { epochs: start.epoch, best }
        )
      : null
    await evaluations?.runBegin().catch(warn)
    const save = async (position: Omit<Position, 'seconds' | 'best'>): Promise<void> => {
      const state = network!.readState()
      const layer = notFiniteIn(state)
      if (layer !== null) {
        throw new ResiduumError('weights-not-finite', { layer, epoch: position.epoch, step: position.step })
      }
      await checkpoints.save(state, { ...position, best, seconds: stopwatch.seconds }).catch((error: unknown) => {
        emit({ type: 'warning', error: describeError(error) })
      })
    }
    /** Between two steps: false when the run is to end. */
    const proceed = async (): Promise<boolean> => {
      // Lets messages in; a step holds this thread.
      await new Promise((resolve) => setImmediate(resolve))
      if (control.isPaused) {
        stopwatch.pause()
        reporter.flush()
        emit({ type: 'paused' })
        await control.whilePaused()
        stopwatch.resume()
        reporter.restartSpeed()
        if (!control.isStopped) emit({ type: 'resumed' })
      }
      return !control.isStopped
    }
    const step = (own: CompiledNetwork, batch: PictureBatch, settings: StepSettings, epoch: number) => {
      const augmentation = drawAugmentation(recipe.augmentation, {
        indices: batch.indices,
        source: { height: dataset.shape[1], width: dataset.shape[2] },
        input: experiment.architecture.input,
        seed: recipe.seed,
        epoch,
        step: settings.step
      })
      const input = { ...batch.input, augmentation }
      const diagnose = recipe.diagnosticsEvery !== null && settings.step % recipe.diagnosticsEvery === 0
      try {
        if (!diagnose) return own.trainStep(input, settings)
        const { layers, ...result } = own.trainStepDiagnosed(input, settings)
        emit({ type: 'diagnostics', diagnostics: { step: settings.step, layers } })
        return result
      } catch (error) {
        if (!(error instanceof ResiduumError) || error.code !== 'loss-not-finite') throw error
        reporter.flush()
        const first = own.inspect(input, settings) ?? { path: architecture.output, where: 'output' }
        throw new ResiduumError(first.where === 'parameters' ? 'weights-not-finite' : 'loss-not-finite', {
          layer: first.path,
          epoch: epoch + 1,
          step: settings.step
        })
      }
    }

    let reached = start.epoch
    let early = start.epoch < recipe.epochs && isExhausted(recipe, best, start.epoch - 1)
    if (early && job.goOn) {
      best = { score: best?.score ?? null, epoch: start.epoch - 1 }
      early = false
      emit({ type: 'warning', error: { code: 'stopping-anew', parameters: { epoch: start.epoch } } })
    }
    for (let epoch = start.epoch; epoch < recipe.epochs && !control.isStopped && !early; epoch++) {
      const order = epochOrder(splits.train, recipe.seed, epoch).subarray(0, counts.train)
      const epochStart = stopwatch.seconds
      const firstStep = epoch === start.epoch ? start.step - epoch * stepsPerEpoch : 0
      let { lossSum, correct } = epoch === start.epoch ? start : BEGINNING
      let trained = 0
      let isCut = false
      for await (const batch of feed.batches('train', order, recipe.batchSize, firstStep)) {
        const number = epoch * stepsPerEpoch + batch.number
        if (!(await proceed())) {
          reporter.flush()
          await save({ step: number, epoch, score: null, lossSum, correct })
          isCut = true
          break
        }
        const learningRate = learningRateAt(recipe, number, stepsPerEpoch)
        const result = step(network, batch, { learningRate, seed: recipe.seed, step: number }, epoch)
        const size = batch.indices.length
        lossSum += result.loss * size
        correct += result.correct
        trained += size
        reporter.step(
          {
            step: number,
            epoch,
            loss: result.loss,
            accuracy: result.correct / size,
            learningRate,
            seconds: stopwatch.seconds
          },
          batch.number * recipe.batchSize + size,
          size
        )
      }
      // A stop heard during the last step is saved where the test pictures would begin.
      if (isCut) break
      const trainSeconds = stopwatch.seconds - epochStart
      const done = (epoch + 1) * stepsPerEpoch
      const evaluate = (indices: Int32Array, heldOut: boolean, before: number): Promise<EvaluationPass | null> =>
        evaluatePictures(network!, feed!, {
          epoch,
          indices,
          heldOut,
          batchSize: recipe.testBatchSize,
          proceed,
          progress: (pictures, size) => reporter.evaluated(epoch, before + pictures, size)
        })
      const test = await evaluate(splits.test, false, 0)
      const held = splits.validation.length
      const validation = test && held > 0 ? await evaluate(splits.validation, true, splits.test.length) : null
      if (!test || (held > 0 && !validation)) {
        reporter.flush()
        await save({ step: done, epoch, score: null, lossSum, correct })
        break
      }
      const figures = {
        loss: lossSum / counts.train,
        trainAccuracy: correct / counts.train,
        testLoss: test.lossSum / splits.test.length,
        testAccuracy: test.correct / splits.test.length,
        validationLoss: validation && validation.lossSum / held,
        validationAccuracy: validation && validation.correct / held
      }
      const metrics: EpochMetrics = {
        epoch,
        ...figures,
        score: scoreOf(figures, recipe.monitor),
        seconds: stopwatch.seconds,
        imagesPerSecond: trained / Math.max(trainSeconds, 1e-9)
      }
      // Figures of other pictures than those that were opened would be kept as if they were theirs.
      await checkUnchanged(dataset)
      const score = countedScore(metrics, architecture.classes)
      best = betterOf(best, { score, epoch }, recipe)
      reporter.flush()
      if (![metrics.testLoss, metrics.validationLoss ?? 0].every(Number.isFinite)) {
        const layer = notFiniteIn(network.readState())
        const place = { layer: layer ?? architecture.output, epoch: epoch + 1, step: done }
        throw new ResiduumError(layer === null ? 'loss-not-finite' : 'weights-not-finite', place)
      }
      await evaluations?.epochEnd(null, { metrics, evaluation: test.predictions }).catch(warn)
      emit({ type: 'epoch', metrics, evaluation: test.predictions })
      if (isDiverged(metrics, architecture.classes)) {
        emit({ type: 'warning', error: divergence(metrics, architecture.classes) })
      }
      await save({ step: done, epoch: epoch + 1, score, lossSum: 0, correct: 0 })
      reached = epoch + 1
      early = reached < recipe.epochs && isExhausted(recipe, best, epoch)
    }
    // A stop that came when nothing was left changes nothing.
    const whole = early || reached >= recipe.epochs
    emit({ type: 'ended', status: whole ? 'finished' : 'stopped', error: null, early })
  } catch (thrown) {
    // What TensorFlow says of pictures that changed below it is nobody's help.
    const error = await (opened ? checkUnchanged(opened) : Promise.resolve()).then(
      () => thrown,
      (changed: unknown) => changed
    )
    emit({ type: 'ended', status: 'failed', error: describeError(error), early: false })
  } finally {
    network?.close()
    await feed?.close()
    // One that was refused before it began has said nothing of how the run ended before.
    if (isTraced) await removeTrace(job.folder)
  }
}

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
async function prepare(
  experiment: Experiment
): Promise<{ architecture: CheckedArchitecture; dataset: Dataset; warnings: Finding[] }> {
  const { checked, problems } = checkArchitecture(experiment.architecture)
  if (!checked) {
    throw new ResiduumError('architecture', { problem: problems[0] ? describeProblem(problems[0]) : '' })
  }
  const dataset = await openDataset(experiment.dataset.name)
  const { name } = dataset
  if (dataset.classes.length !== checked.classes) {
    throw new ResiduumError('dataset-classes', { name, classes: checked.classes, actual: dataset.classes.length })
  }
  if (dataset.shape[0] !== checked.inputShape[0]) {
    const channels = checked.inputShape[0]!
    throw new ResiduumError('dataset-channels', { name, channels, actual: dataset.shape[0] })
  }
  const warnings = recipeFindings(experiment.recipe, checked, dataset)
  const wrong = warnings.find(({ severity }) => severity === 'error')
  if (wrong) throw new ResiduumError(wrong.code, wrong.parameters)
  return { architecture: checked, dataset, warnings }
}
