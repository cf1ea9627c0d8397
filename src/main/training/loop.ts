import type { TrainingControl } from './control'
import { evaluateEpoch, type EvaluatedNetwork } from './evaluate'
import type { Observed } from './observers/observer'
import type { RunState } from './run'
import type { Session } from './session'
import { epochOrder } from './splits'
import { makeStep, type TrainedNetwork } from './step'

/** What the loop needs of a session; tests have one whose network only pretends. */
export type Trainable = Pick<
  Session,
  'experiment' | 'source' | 'output' | 'splits' | 'stepsPerEpoch' | 'trainPictures' | 'feed' | 'checkPictures'
> & { network: TrainedNetwork & EvaluatedNetwork }

/**
 * Trains a run from where it stands to its end: an epoch's steps, then its evaluation, and so on. Between two steps it
 * obeys `control` and lets the process do its other work; all that is kept or told is done by those who observe. Gives
 * whether the run came to its end, by its last epoch or by an observer that says so, or was stopped before.
 */
export async function trainEpochs(
  session: Trainable,
  run: RunState,
  observed: Observed,
  control: TrainingControl
): Promise<'finished' | 'stopped'> {
  const { epochs } = session.experiment.recipe
  /** Whether the run goes on. */
  const proceed = async (): Promise<boolean> => {
    // Lets messages in; a step holds this thread.
    await new Promise((resolve) => setImmediate(resolve))
    if (control.isPaused) {
      run.stopwatch.pause()
      await observed.paused(run)
      await control.whilePaused()
      run.stopwatch.resume()
      if (!control.isStopped) await observed.resumed(run)
    }
    return !control.isStopped
  }
  const evaluate = async (): Promise<boolean> => {
    const evaluated = await evaluateEpoch(session, run, observed, proceed)
    if (!evaluated) return false
    // Figures of other pictures than those that were opened would be kept as if they were theirs.
    await session.checkPictures()
    run.isEvaluated = true
    await observed.epochEnd(run, evaluated)
    return true
  }

  await observed.runBegin(run)
  let goesOn = run.isEvaluated || (await evaluate())
  // A stop that comes when nothing is left changes nothing.
  while (goesOn && run.epoch < epochs && !run.isOver) {
    if (control.isStopped) return 'stopped'
    goesOn = await trainEpoch(session, run, observed, proceed)
    if (!goesOn) break
    await session.checkPictures()
    await observed.epochTrained(run)
    goesOn = await evaluate()
  }
  if (goesOn) return 'finished'
  await observed.cut(run)
  return 'stopped'
}

/** The steps that the epoch in progress has left; false where it was stopped before its last one. */
async function trainEpoch(
  session: Trainable,
  run: RunState,
  observed: Observed,
  proceed: () => Promise<boolean>
): Promise<boolean> {
  const { network, splits, stepsPerEpoch, trainPictures, feed } = session
  const { seed, batchSize } = session.experiment.recipe
  const { epoch } = run
  const order = epochOrder(splits.train, seed, epoch).subarray(0, trainPictures)
  const first = run.step - epoch * stepsPerEpoch
  if (first === 0) run.lossSum = run.correct = 0
  run.speed.begin(run.seconds)
  for await (const batch of feed.batches('train', order, batchSize, first)) {
    if (!(await proceed())) return false
    observed.stepBegin(run)
    const { step, learningRate } = run
    const made = makeStep(network, session, batch, { epoch, step, learningRate })
    const pictures = batch.indices.length
    run.add(made, pictures)
    const accuracy = made.correct / pictures
    const metrics = { step, epoch, loss: made.loss, accuracy, learningRate, seconds: run.seconds }
    const done = batch.number * batchSize + pictures
    await observed.stepEnd(run, { metrics, layers: made.layers, done, pictures })
  }
  run.epoch += 1
  run.isEvaluated = false
  return true
}
