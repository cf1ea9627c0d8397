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
import { Checkpoints } from './checkpoints'
import type { TrainingControl } from './control'
import { ProgressReporter } from './progress'
import { Stopwatch } from './stopwatch'

export interface TrainingJob {
  experiment: Experiment
  /** Where checkpoints go. */
  folder: string
}

/**
 * Trains an experiment from start to end and tells of it by `emit`; the last event is `ended`,
 * whatever happens. Between two steps it obeys `control` and lets the process do its other work.
 */
export async function train(
  job: TrainingJob,
  control: TrainingControl,
  emit: (event: TrainingEvent) => void
): Promise<void> {
  let network: CompiledNetwork | null = null
  try {
    const { experiment } = job
    const { architecture, dataset } = await prepare(experiment)
    const counts = {
      train: Math.min(experiment.recipe.trainLimit ?? Infinity, dataset.counts.train),
      test: Math.min(experiment.recipe.testLimit ?? Infinity, dataset.counts.test)
    }
    const { recipe } = experiment
    network = await compileNetwork(architecture, recipe, pictureSource(dataset, experiment))
    network.writeState(initialState(architecture, recipe.initialization, recipe.seed))
    const stepsPerEpoch = Math.ceil(counts.train / recipe.batchSize)
    emit({ type: 'started', device: describeDevice(), stepsPerEpoch })

    const stopwatch = new Stopwatch()
    const reporter = new ProgressReporter(recipe.epochs, counts, emit)
    const checkpoints = new Checkpoints(job.folder, namedParameters(architecture))
    const save = async (step: number, epoch: number, testAccuracy: number | null): Promise<void> => {
      await checkpoints.save(network!.readState(), { step, epoch, testAccuracy }).catch((error: unknown) => {
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

    for (let epoch = 0; epoch < recipe.epochs && !control.isStopped; epoch++) {
      const order = permutation(randomStream(recipe.seed, `order/${epoch}`), counts.train)
      const epochStart = stopwatch.seconds
      let lossSum = 0
      let correct = 0
      for (let begin = 0; begin < counts.train; begin += recipe.batchSize) {
        const step = epoch * stepsPerEpoch + begin / recipe.batchSize
        await obey()
        if (control.isStopped) {
          reporter.flush()
          await save(step, epoch, null)
          break
        }
        const indices = order.slice(begin, begin + recipe.batchSize)
        const learningRate = learningRateAt(recipe, step, stepsPerEpoch)
        const result = network.trainStep({ indices }, { learningRate, seed: recipe.seed, step })
        if (!Number.isFinite(result.loss)) {
          reporter.flush()
          throw new ResiduumError('loss-not-finite', { loss: String(result.loss), epoch: epoch + 1, step })
        }
        lossSum += result.loss * indices.length
        correct += result.correct
        reporter.step(
          {
            step,
            epoch,
            loss: result.loss,
            accuracy: result.correct / indices.length,
            learningRate,
            seconds: stopwatch.seconds
          },
          indices.length
        )
      }
      if (control.isStopped) break
      const trainSeconds = stopwatch.seconds - epochStart
      const evaluation = await evaluate(network, epoch, counts.test, recipe.testBatchSize, reporter, obey, control)
      if (!evaluation) {
        reporter.flush()
        await save((epoch + 1) * stepsPerEpoch, epoch, null)
        break
      }
      const metrics: EpochMetrics = {
        epoch,
        loss: lossSum / counts.train,
        trainAccuracy: correct / counts.train,
        testLoss: evaluation.lossSum / counts.test,
        testAccuracy: evaluation.correct / counts.test,
        seconds: stopwatch.seconds,
        imagesPerSecond: counts.train / trainSeconds
      }
      reporter.flush()
      emit({ type: 'epoch', metrics, evaluation: evaluation.predictions })
      await save((epoch + 1) * stepsPerEpoch, epoch + 1, metrics.testAccuracy)
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
