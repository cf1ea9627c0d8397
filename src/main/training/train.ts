import { describeError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/ipc/error'
import type { TrainingEvent } from '../../shared/run/events'
import { namedParameters } from '../engine/weights'
import { Checkpoints } from './checkpoints'
import type { TrainingControl } from './control'
import { trainEpochs } from './loop'
import { CheckpointSaver } from './observers/checkpoints'
import { EarlyStopping } from './observers/earlyStopping'
import { layerNorms } from './observers/layerNorms'
import { learningRate } from './observers/learningRate'
import { notFinite } from './observers/notFinite'
import { together, type Ended, type Observer } from './observers/observer'
import { ProgressReporter } from './observers/progress'
import { RunState } from './run'
import { Session, type TrainingJob } from './session'

export type { TrainingJob }

/**
 * Trains an experiment from start, or from a checkpoint, to end and tells of it by `emit`; the last event is `ended`,
 * whatever happens.
 */
export async function train(
  job: TrainingJob,
  control: TrainingControl,
  emit: (event: TrainingEvent) => void
): Promise<void> {
  let ended: Ended = { type: 'ended', status: 'stopped', error: null, early: false }
  try {
    const session = await Session.open(job, () => control.isStopped)
    if (session) ended = await trainSession(session, job, control, emit)
  } catch (error) {
    ended = failed(error)
  }
  emit(ended)
}

const failed = (error: unknown): Ended => ({
  type: 'ended',
  status: 'failed',
  error: describeError(error),
  early: false
})

async function trainSession(
  session: Session,
  job: TrainingJob,
  control: TrainingControl,
  emit: (event: TrainingEvent) => void
): Promise<Ended> {
  const { device, stepsPerEpoch, start } = session
  const run = new RunState(start, stepsPerEpoch)
  const warn = (error: ErrorRecord): void => emit({ type: 'warning', error })
  emit({ type: 'started', device, stepsPerEpoch, step: start.step, epoch: start.epoch })
  session.warnings.forEach(warn)
  const observed = together(await observersOf(session, job, emit, warn))
  let ended: Ended
  try {
    const status = await trainEpochs(session, run, observed, control)
    ended = { type: 'ended', status, error: null, early: run.isOver }
  } catch (error) {
    ended = failed(await session.causeOf(error))
  }
  try {
    await observed.runEnd(ended)
    return ended
  } finally {
    await session.close(job.folder)
  }
}

/** Who watches a run, in the order in which they are told. */
async function observersOf(
  { experiment, architecture, network, stepsPerEpoch, trainPictures, splits, start, isResumed }: Session,
  { folder, goOn = false }: TrainingJob,
  emit: (event: TrainingEvent) => void,
  warn: (error: ErrorRecord) => void
): Promise<Observer[]> {
  const { recipe } = experiment
  const { classes } = architecture
  const tested = splits.test.length + splits.validation.length
  const observers: Observer[] = [learningRate(recipe, stepsPerEpoch), layerNorms(emit)]
  observers.push(notFinite(network, architecture, warn))
  observers.push(new ProgressReporter(recipe.epochs, { train: trainPictures, test: tested }, emit))
  const stopping = new EarlyStopping(recipe, classes, start.best, goOn, warn)
  observers.push(stopping)
  if (folder !== null) {
    const checkpoints = new Checkpoints(folder, namedParameters(architecture))
    if (isResumed) await checkpoints.adopt(start.step)
    observers.push(new CheckpointSaver(checkpoints, network, classes, () => stopping.best, warn))
  }
  return observers
}
