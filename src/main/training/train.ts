import { checkArchitecture, type CheckedArchitecture } from '../../shared/architecture/check'
import { describeProblem } from '../../shared/architecture/problems'
import { ResiduumError, describeError } from '../../shared/errors'
import { learningRateAt } from '../../shared/experiment/schedule'
import type { Experiment } from '../../shared/experiment/schema'
import type { TrainingEvent } from '../../shared/run/events'
import type { EpochMetrics, Evaluation } from '../../shared/run/schema'
import { openDataset, type Dataset, type SplitName } from '../datasets/dataset'
import { describeDevice } from '../engine/backend'
import { compileNetwork, type CompiledNetwork, type PictureSource } from '../engine/compile'
import { permutation, randomStream } from '../engine/random'
import { initialState, namedParameters } from '../engine/weights'
import { Checkpoints, loadCheckpoint, type Position } from './checkpoints'
import type { TrainingControl } from './control'
import { ProgressReporter } from './progress'
import { Stopwatch } from './stopwatch'

export interface TrainingJob {
  experiment: Experiment
  /** Where checkpoints go. */
  folder: string
  /** Go on from the newest whole checkpoint in the folder. */
  resume?: boolean
}

const BEGINNING: Position = { step: 0, epoch: 0, testAccuracy: null, lossSum: 0, correct: 0, seconds: 0 }

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
  try {
    const { experiment } = job
    const { recipe } = experiment
    const { architecture, dataset } = await prepare(experiment)
    const counts = {
      train: Math.min(recipe.trainLimit ?? Infinity, dataset.counts.train),
      test: Math.min(recipe.testLimit ?? Infinity, dataset.counts.test)
    }
    const checkpoint = job.resume ? await loadCheckpoint(job.folder) : null
    const start = checkpoint?.position ?? BEGINNING
    network = await compileNetwork(architecture, recipe, pictureSource(dataset, experiment))
    network.writeState(checkpoint?.state ?? initialState(architecture, recipe.initialization, recipe.seed))
    const stepsPerEpoch = Math.ceil(counts.train / recipe.batchSize)
    emit({ type: 'started', device: describeDevice(), stepsPerEpoch, step: start.step, epoch: start.epoch })
    for (const error of checkpoint?.refused ?? []) emit({ type: 'warning', error })

    const stopwatch = new Stopwatch(start.seconds)
    const reporter = new ProgressReporter(recipe.epochs, counts, emit)
    const checkpoints = new Checkpoints(job.folder, namedParameters(architecture))
    if (checkpoint) await checkpoints.adopt(start.step)
    const save = async (position: Omit<Position, 'seconds'>): Promise<void> => {
      const state = network!.readState()
      await checkpoints.save(state, { ...position, seconds: stopwatch.seconds }).catch((error: unknown) => {
        emit({ type: 'warning', error: describeError(error) })
      })
    }
    const obey = async (): Promise<void> => {
      // Lets messages in; a step holds this thread.
      await new Promise((resolve) => setImmediate(resolve))
      if (!control.isPaused) return
      stopwatch.pause()
      reporter.flush()
      emit({ type: 'paused' })
      await control.whilePaused()
      stopwatch.resume()
      reporter.restartSpeed()
      if (!control.isStopped) emit({ type: 'resumed' })
    }

    for (let epoch = start.epoch; epoch < recipe.epochs && !control.isStopped; epoch++) {
      const order = permutation(randomStream(recipe.seed, `order/${epoch}`), counts.train)
      const epochStart = stopwatch.seconds
      const firstStep = epoch === start.epoch ? start.step - epoch * stepsPerEpoch : 0
      let { lossSum, correct } = epoch === start.epoch ? start : BEGINNING
      let trained = 0
      for (let inEpoch = firstStep; inEpoch < stepsPerEpoch; inEpoch++) {
        const step = epoch * stepsPerEpoch + inEpoch
        await obey()
        if (control.isStopped) {
          reporter.flush()
          await save({ step, epoch, testAccuracy: null, lossSum, correct })
          break
        }
        const begin = inEpoch * recipe.batchSize
        const indices = order.slice(begin, begin + recipe.batchSize)
        const learningRate = learningRateAt(recipe, step, stepsPerEpoch)
        const result = network.trainStep({ indices }, { learningRate, seed: recipe.seed, step })
        if (!Number.isFinite(result.loss)) {
          reporter.flush()
          throw new ResiduumError('loss-not-finite', { loss: String(result.loss), epoch: epoch + 1, step })
        }
        lossSum += result.loss * indices.length
        correct += result.correct
        trained += indices.length
        reporter.step(
          {
            step,
            epoch,
            loss: result.loss,
            accuracy: result.correct / indices.length,
            learningRate,
            seconds: stopwatch.seconds
          },
          begin + indices.length,
          indices.length
        )
      }
      if (control.isStopped) break
      const trainSeconds = stopwatch.seconds - epochStart
      const evaluation = await evaluate(network, epoch, counts.test, recipe.testBatchSize, reporter, obey, control)
      const step = (epoch + 1) * stepsPerEpoch
      if (!evaluation) {
        reporter.flush()
        await save({ step, epoch, testAccuracy: null, lossSum, correct })
        break
      }
      const metrics: EpochMetrics = {
        epoch,
        loss: lossSum / counts.train,
        trainAccuracy: correct / counts.train,
        testLoss: evaluation.lossSum / counts.test,
        testAccuracy: evaluation.correct / counts.test,
        seconds: stopwatch.seconds,
        imagesPerSecond: trained / Math.max(trainSeconds, 1e-9)
      }
      reporter.flush()
      emit({ type: 'epoch', metrics, evaluation: evaluation.predictions })
      await save({ step, epoch: epoch + 1, testAccuracy: metrics.testAccuracy, lossSum: 0, correct: 0 })
    }
    emit({ type: 'ended', status: control.isStopped ? 'stopped' : 'finished', error: null })
  } catch (error) {
    emit({ type: 'ended', status: 'failed', error: describeError(error) })
  } finally {
    network?.close()
  }
}

/** Checks that the drawing can be trained on the data. Throws ResiduumError. */
async function prepare(experiment: Experiment): Promise<{ architecture: CheckedArchitecture; dataset: Dataset }> {
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
  return { architecture: checked, dataset }
}

/** The data set held in the graph, prepared as the experiment wants it. */
export function pictureSource(dataset: Dataset, { architecture, recipe }: Experiment): PictureSource {
  const split = (name: SplitName) => ({
    ...dataset.files[name],
    count: dataset.counts[name],
    shape: dataset.shape
  })
  const { height, width } = architecture.input
  return {
    kind: 'resident',
    train: split('train'),
    test: split('test'),
    transform: { height, width, ...recipe.normalization }
  }
}

/** One pass over the test pictures in order; null when stopped in its middle. */
async function evaluate(
  network: CompiledNetwork,
  epoch: number,
  count: number,
  batchSize: number,
  reporter: ProgressReporter,
  obey: () => Promise<void>,
  control: TrainingControl
): Promise<{ lossSum: number; correct: number; predictions: Evaluation } | null> {
  const predictions: Evaluation = {
    epoch,
    labels: new Uint8Array(count),
    predicted: new Uint8Array(count),
    confidence: new Float32Array(count)
  }
  let lossSum = 0
  let correct = 0
  for (let begin = 0; begin < count; begin += batchSize) {
    await obey()
    if (control.isStopped) return null
    const size = Math.min(batchSize, count - begin)
    const indices = Int32Array.from({ length: size }, (_, offset) => begin + offset)
    const result = network.evaluate({ indices })
    lossSum += result.lossSum
    for (let offset = 0; offset < size; offset++) {
      if (result.labels[offset] === result.predicted[offset]) correct += 1
    }
    predictions.labels.set(result.labels, begin)
    predictions.predicted.set(result.predicted, begin)
    predictions.confidence.set(result.confidence, begin)
    reporter.evaluated(epoch, begin + size, size)
  }
  return { lossSum, correct, predictions }
}
