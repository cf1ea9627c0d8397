import type { MessagePortMain } from 'electron'
import { describeError, ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/errorRecord'
import type { TrainingState } from '../../shared/run/training'
import { isFrequent, type TrainingEvent } from '../../shared/run/events'
import type { Device } from '../../shared/run/schema'
import { TrainerProcess, type Processes, type TrainingOptions } from './trainerProcess'

const STOP_MS = 30_000
const BURIAL_MS = 2_000

/** Where runs are kept, as far as who runs them needs it: trainers write their figures there themselves. */
export interface RunKeeper {
  /** Makes a run and gives its id. */
  create(experiment: Experiment): Promise<string>
  /** The experiment of a run that may be taken up again. Throws ResiduumError as `reopeningOf` does. */
  reopen(run: string): Promise<Experiment>
  /** The folder that the trainer writes to. */
  folder(run: string): string
  /** The trainer is gone and has not told how the run ended. Rejects where that cannot be written. */
  interrupt(run: string, cause: ErrorRecord): Promise<void>
}

export interface RunnerListeners {
  training(state: TrainingState | null): void
  /** A trainer is to have this run, or has it no longer: what its folder says may be behind. Settled once lists say so. */
  expected(run: string, isExpected: boolean): Promise<void>
  /** Something was written to its folder. */
  runChanged(run: string): void
  /** A run began or the window came back: it needs a port to the trainer. */
  port(port: MessagePortMain): void
}

interface Active {
  run: string
  trainer: TrainerProcess
  state: TrainingState
  /** Whole epochs that were told. */
  epochs: number
}

/**
 * What is trained, and by which process: one run at a time. A trainer that dies is not started again by itself, since
 * what killed it would mostly do so again; its run can be continued.
 */
export class Runner {
  private active: Active | null = null
  /** From a wish to train until its trainer has it, or until it is refused. */
  private beginning: Promise<string> | null = null
  /** The last trainer's death is being written down. */
  private burial: Promise<void> = Promise.resolve()

  constructor(
    private readonly processes: Processes,
    private readonly keeper: RunKeeper,
    /** MB for the evaluations of a run that begins now. */
    private readonly space: () => Pick<TrainingOptions, 'evaluationSpace' | 'checkpointSpace'>,
    private readonly listeners: RunnerListeners
  ) {}

  get state(): TrainingState | null {
    return this.active?.state ?? null
  }

  /** Whether a run is trained, or about to be. */
  get isBusy(): boolean {
    return this.active !== null || this.beginning !== null
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

  /** Starts a run and gives its id. Throws ResiduumError `trainer-busy`, and what making its folder does. */
  start(experiment: Experiment): Promise<string> {
    return this.begin(false, async () => [await this.keeper.create(experiment), experiment])
  }

  /** Goes on with an ended run from its newest checkpoint. Throws ResiduumError `trainer-busy`, and as `reopeningOf`. */
  async continue(run: string): Promise<void> {
    await this.begin(true, async () => [run, await this.keeper.reopen(run)])
  }

  /** One beginning at a time, however fast the wishes come. */
  private async begin(resume: boolean, prepare: () => Promise<[string, Experiment]>): Promise<string> {
    if (this.isBusy) throw new ResiduumError('trainer-busy')
    const work = async (): Promise<string> => {
      await this.burial
      const [run, experiment] = await prepare()
      this.launch(run, experiment, resume)
      return run
    }
    this.beginning = work()
    const run = await this.beginning.finally(() => (this.beginning = null))
    // Whoever hears of the run asks for it next.
    await this.listeners.expected(run, true)
    return run
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
    // One that begins just now would train on without the app.
    await this.beginning?.catch(() => undefined)
    const { active } = this
    if (active) {
      this.stop()
      if (!(await within(STOP_MS, active.trainer.gone))) {
        active.trainer.kill()
        await within(BURIAL_MS, active.trainer.gone)
      }
    }
    await within(BURIAL_MS, this.burial)
  }

  private require(): Active {
    if (!this.active) throw new ResiduumError('trainer-idle')
    return this.active
  }

  private launch(run: string, experiment: Experiment, resume: boolean): void {
    // What may throw comes first: a trainer without a run would stand in the way of all later ones.
    const folder = this.keeper.folder(run)
    const { evaluationSpace, checkpointSpace } = this.space()
    const trainer = new TrainerProcess(this.processes, {
      event: (event) => this.hear(active, event),
      warning: (warning) => this.tell(active, { warning }),
      gone: (cause) => this.leave(active, cause)
    })
    const active: Active = {
      run,
      trainer,
      state: { run, status: 'running', progress: null, warning: null },
      epochs: 0
    }
    this.active = active
    trainer.train(experiment, folder, { resume, evaluationSpace, checkpointSpace })
    this.connect()
    this.tell(active)
  }

  private hear(active: Active, event: TrainingEvent): void {
    const { warning } = active.state
    if (event.type === 'started') active.epochs = event.epoch
    if (event.type === 'epoch') active.epochs += 1
    active.state = { ...active.state, ...changeBy(event) }
    // Steps, progress and diagnostics reach the window on its port; here they would come twice.
    const known = isFrequent(event)
    if (!known || warning !== active.state.warning) this.tell(active)
    if (!known) this.listeners.runChanged(active.run)
  }

  private leave(active: Active, cause: ((epochs: number) => ErrorRecord) | null): void {
    const { run } = active
    this.active = null
    this.listeners.training(null)
    // Where even that cannot be written, nobody owns the run, which says the same without its cause.
    this.burial = cause ? this.keeper.interrupt(run, cause(active.epochs)).catch(() => undefined) : Promise.resolve()
    void this.burial.then(() => this.listeners.expected(run, false))
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
