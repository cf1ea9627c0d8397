import type { MessagePortMain } from 'electron'
import { describeError, ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/ipc/error'
import type { TrainingState } from '../../shared/ipc/routes'
import { isFrequent, type TrainingEvent } from '../../shared/run/events'
import type { Device } from '../../shared/run/schema'
import { TrainerProcess, type Processes } from './trainerProcess'

const BEAT_MS = 30_000
const STOP_MS = 30_000
const BURIAL_MS = 2_000

/** Where runs are kept, as far as who runs them needs it. What it throws costs figures, never the training. */
export interface Recorder {
  /** Makes a run and gives its id. */
  create(experiment: Experiment): string
  /** Takes a run up again. Throws ResiduumError `run-missing`, `run-in-progress` or `run-finished`. */
  reopen(run: string): Experiment
  /** The folder that the trainer writes to. */
  folder(run: string): string
  record(run: string, event: TrainingEvent): void
  /** The run is still being trained. */
  beat(run: string): void
  /** The trainer is gone and has not told how the run ended. */
  interrupt(run: string, cause: ErrorRecord): void
}

export interface RunnerListeners {
  training(state: TrainingState | null): void
  runsChanged(id: string): void
  /** A run began or the window came back: it needs a port to the trainer. */
  port(port: MessagePortMain): void
}

interface Active {
  run: string
  trainer: TrainerProcess
  state: TrainingState
  /** Whole epochs that were recorded. */
  epochs: number
  beat: NodeJS.Timeout
}

/**
 * What is trained, and by which process: one run at a time. A trainer that dies is not started again by itself, since
 * what killed it would mostly do so again; its run can be continued.
 */
export class Runner {
  private active: Active | null = null

  constructor(
    private readonly processes: Processes,
    private readonly recorder: Recorder,
    private readonly listeners: RunnerListeners
  ) {}

  get state(): TrainingState | null {
    return this.active?.state ?? null
  }

  /** Loads TensorFlow in a process of its own and says which device it uses. */
  async examine(): Promise<{ device: Device | null; error: ErrorRecord | null }> {
    const trainer = new TrainerProcess(this.processes)
    try {
      return await trainer.examine()
    } catch (error) {
      return { device: null, error: describeError(error) }
    } finally {
      trainer.kill()
    }
  }

  /** Starts a run and gives its id. Throws ResiduumError `trainer-busy`. */
  start(experiment: Experiment): string {
    if (this.active) throw new ResiduumError('trainer-busy')
    const run = this.recorder.create(experiment)
    this.launch(run, experiment, false)
    return run
  }

  /** Goes on with an ended run from its newest checkpoint. Throws `trainer-busy`, `run-missing`, `run-in-progress` or `run-finished`. */
  continue(run: string): void {
    if (this.active) throw new ResiduumError('trainer-busy')
    this.launch(run, this.recorder.reopen(run), true)
  }

  pause(): void {
    this.require().trainer.pause()
  }

  resume(): void {
    this.require().trainer.resume()
  }

  stop(): void {
    const active = this.require()
    active.trainer.stop()
    this.tell(active, { status: 'stopping' })
  }

  /** Gives the window a port on which the trainer posts steps and progress. */
  connect(): void {
    if (this.active) this.listeners.port(this.active.trainer.connect())
  }

  /** Stops the run so that it keeps what there is; kills the trainer where it does not answer. */
  async shutDown(): Promise<void> {
    const { active } = this
    if (!active) return
    this.stop()
    if (await within(STOP_MS, active.trainer.gone)) return
    active.trainer.kill()
    await within(BURIAL_MS, active.trainer.gone)
  }

  private require(): Active {
    if (!this.active) throw new ResiduumError('trainer-idle')
    return this.active
  }

  private launch(run: string, experiment: Experiment, resume: boolean): void {
    const trainer = new TrainerProcess(this.processes, {
      event: (event) => this.hear(active, event),
      warning: (warning) => this.tell(active, { warning }),
      gone: (cause) => this.leave(active, cause)
    })
    const active: Active = {
      run,
      trainer,
      state: { run, status: 'running', progress: null, warning: null },
      epochs: 0,
      beat: setInterval(() => this.keep(active, () => this.recorder.beat(run)), BEAT_MS)
    }
    this.active = active
    trainer.train(experiment, this.recorder.folder(run), resume)
    this.connect()
    this.tell(active)
    this.listeners.runsChanged(run)
  }

  private hear(active: Active, event: TrainingEvent): void {
    const { warning } = active.state
    this.keep(active, () => {
      this.recorder.record(active.run, event)
      if (event.type === 'epoch') active.epochs += 1
    })
    if (event.type === 'started') active.epochs = event.epoch
    active.state = { ...active.state, ...changeBy(event) }
    // Steps, progress and diagnostics reach the window on its port; here they would come twice.
    const known = isFrequent(event)
    if (!known || warning !== active.state.warning) this.tell(active)
    if (!known) this.listeners.runsChanged(active.run)
  }

  /** Records something. A full disk must not end the run: the figures are lost, the training is not. */
  private keep(active: Active, record: () => void): void {
    try {
      record()
    } catch (error) {
      active.state = { ...active.state, warning: describeError(error) }
    }
  }

  private leave(active: Active, cause: ((epochs: number) => ErrorRecord) | null): void {
    clearInterval(active.beat)
    this.active = null
    if (cause) this.keep(active, () => this.recorder.interrupt(active.run, cause(active.epochs)))
    this.listeners.training(null)
    this.listeners.runsChanged(active.run)
  }

  private tell(active: Active, change: Partial<TrainingState> = {}): void {
    active.state = { ...active.state, ...change }
    this.listeners.training(active.state)
  }
}

function changeBy(event: TrainingEvent): Partial<TrainingState> {
  switch (event.type) {
    case 'progress':
      return { progress: event.progress }
    case 'paused':
      return { status: 'paused' }
    case 'resumed':
      return { status: 'running' }
    case 'warning':
    case 'disk-full':
      return { warning: event.error }
    case 'recovered':
      return { warning: null }
    default:
      return {}
  }
}

/** Whether `end` comes in time. */
async function within(ms: number, end: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  return Promise.race([end.then(() => true), late]).finally(() => clearTimeout(timer))
}
