import { describeError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/errorRecord'
import { bestEpoch } from '../../shared/run/best'
import type { TrainingEvent } from '../../shared/run/events'
import { CHECKPOINT_SPACE, EVALUATION_SPACE } from '../../shared/app/settings'
import { namedParameters } from '../engine/weights'
import { announceRun } from '../run/announce'
import { Checkpoints } from './checkpoints'
import type { TrainingControl } from './control'
import { DiskRoom, isDiskFull } from './diskRoom'
import { trainEpochs } from './loop'
import { CheckpointSaver } from './observers/checkpoints'
import { EvaluationSaver } from './observers/evaluations'
import { EarlyStopping } from './observers/earlyStopping'
import { JournalObserver } from './observers/journal'
import { layerNorms } from './observers/layerNorms'
import { learningRate } from './observers/learningRate'
import { notFinite } from './observers/notFinite'
import { together, type Ended, type Observer } from './observers/observer'
import { ProgressReporter } from './observers/progress'
import { markAfter } from '../../shared/run/stopping'
import { RunState } from './run'
import { RunRecord } from './runRecord'
import { Session, type TrainingJob } from './session'
import { startedOf } from './started'

export type { TrainingJob }

type Emit = (event: TrainingEvent) => void

/**
 * Trains an experiment from start, or from a checkpoint, to end, keeps it in the job's folder and tells of it by `emit`;
 * the last event is `ended`, whatever happens, and the folder is free again by then.
 */
export async function train(job: TrainingJob, control: TrainingControl, emit: Emit): Promise<void> {
  let ended: Ended = { type: 'ended', status: 'stopped', error: null, early: false }
  let record: RunRecord | null = null
  try {
    record = job.folder === null ? null : await RunRecord.open(job.folder, { takeOver: job.takeOver ?? false })
    const session = await Session.open(job, record, () => control.isStopped)
    if (session) ended = await trainSession(session, job, record, control, emit)
    else if (!job.resume) await record?.end(ended)
  } catch (error) {
    ended = failed(error)
    // One that was to be taken up stays as it ended before.
    if (!job.resume) await record?.end(ended)
  }
  await record?.close()
  emit(ended)
}

const failed = (error: unknown): Ended => ({
  type: 'ended',
  status: 'failed',
  error: describeError(error),
  early: false
})

/** Never throws. */
async function trainSession(
  session: Session,
  job: TrainingJob,
  record: RunRecord | null,
  control: TrainingControl,
  emit: Emit
): Promise<Ended> {
  const run = new RunState(session.start.position, session.start.isEvaluated)
  const endOf = async (error: unknown): Promise<Ended> => {
    const ended = failed(await session.causeOf(error))
    // Whoever waited for room on the disk and gave up has stopped the run.
    return control.isStopped && isDiskFull(error) ? { ...ended, status: 'stopped' } : ended
  }
  let observed = together([])
  let ended: Ended
  try {
    observed = together(await begin(session, job, record, run, control, emit))
    const status = await trainEpochs(session, run, observed, control)
    ended = { type: 'ended', status, error: null, early: run.isOver }
  } catch (error) {
    ended = await endOf(error)
  }
  try {
    await observed.runEnd(ended)
  } catch (error) {
    ended = await endOf(error)
  }
  await session.close(job.folder).catch(() => undefined)
  return ended
}

/** Tells of the start and gives those who observe the run, in the order in which they are told. */
async function begin(
  session: Session,
  {
    resume = false,
    goOn = false,
    epochs,
    onFullDisk = 'wait',
    evaluationSpace = EVALUATION_SPACE,
    checkpointSpace = CHECKPOINT_SPACE
  }: TrainingJob,
  record: RunRecord | null,
  run: RunState,
  control: TrainingControl,
  emit: Emit
): Promise<Observer[]> {
  const { experiment, architecture, network, splits, stepsPerEpoch, trainPictures, device } = session
  const { recipe } = experiment
  const { classes } = architecture
  const past = record?.progress.epochs.filter(({ epoch }) => epoch < session.firstEpoch) ?? []
  const room = new DiskRoom(onFullDisk, control, run.stopwatch, emit)
  const journal =
    record &&
    new JournalObserver(
      record.journal,
      room,
      startedOf(session),
      record.changesFor(epochs),
      record.progress.ended?.status === 'finished'
    )
  const warn = (error: ErrorRecord): void => {
    journal?.record({ type: 'warning', at: Date.now(), error })
    emit({ type: 'warning', error })
  }
  emit({ type: 'started', device, stepsPerEpoch, step: session.firstStep, epoch: session.firstEpoch })
  session.warnings.forEach(warn)
  const mark = markAfter(past, recipe, classes, record?.progress.patienceFrom)
  const tested = splits.test.length + splits.validation.length
  const observers: Observer[] = [
    learningRate(recipe, stepsPerEpoch),
    notFinite(network, architecture, warn),
    new EarlyStopping(recipe, classes, mark, goOn, warn),
    layerNorms(emit, (points) => journal?.record(points)),
    new ProgressReporter(recipe.epochs, { train: trainPictures, test: tested }, emit)
  ]
  if (!record || !journal) return observers
  const checkpoints = new Checkpoints(record.folder, namedParameters(architecture), checkpointSpace * 1e6)
  if (resume) await checkpoints.adopt(session.firstStep)
  const saver = new CheckpointSaver(checkpoints, network, journal, room, { classes, stepsPerEpoch }, past)
  const evaluations = new EvaluationSaver(
    { folder: record.folder, classes, limitBytes: evaluationSpace * 1e6 },
    { epochs: session.firstEpoch, best: bestEpoch(past, classes) },
    room
  )
  // Its owner and its journal tell of it by now.
  const announcer: Observer = { runBegin: () => (resume ? announceRun(record.folder) : undefined) }
  // What an epoch's record promises is there before it, and who hears of an epoch finds its record.
  return [...observers.slice(0, -1), evaluations, journal, announcer, observers.at(-1)!, saver]
}
