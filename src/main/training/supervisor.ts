import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import type { Experiment } from '../../shared/experiment/schema'
import { describeError, ResiduumError } from '../../shared/errors'
import type { ErrorRecord } from '../../shared/ipc/error'
import type { TrainingState } from '../../shared/ipc/routes'
import { isFrequent, type TrainingEvent } from '../../shared/run/events'
import type { Device } from '../../shared/run/schema'
import type { Library } from '../library/library'
import { countMemoryKills } from '../memory'
import { causeOfDeath } from './death'
import { trainerReplySchema, type TrainerReply, type TrainerRequest } from './messages'
import { recordEvent } from './recorder'

const BEAT_MS = 30_000
/** Longer than any step that a user would wait for. */
const HANG_SECONDS = 180
const STOP_MS = 30_000

interface Active {
  run: string
  child: UtilityProcess
  state: TrainingState
  epochs: number
  /** Processes that the kernel had killed for want of memory when it began. */
  memoryKills: number | null
  heardAt: number
  ended: boolean
  timer: NodeJS.Timeout
  gone: Promise<void>
}

/** Forks the trainer process, feeds and watches it, and records what it tells. One run at a time. */
export class Supervisor {
  private active: Active | null = null

  constructor(
    private readonly script: string,
    private readonly library: Library,
    /** MB for the evaluations of a run that begins now. */
    private readonly evaluationSpace: () => number,
    private readonly listeners: {
      training(state: TrainingState | null): void
      runsChanged(id: string): void
      /** A run began or the window came back: it needs a port to the trainer. */
      port(port: MessagePortMain): void
    }
  ) {}

  get state(): TrainingState | null {
    return this.active?.state ?? null
  }

  /** Loads TensorFlow in a process of its own and says which device it uses. */
  async examine(): Promise<{ device: Device | null; error: ErrorRecord | null }> {
    const child = this.fork()
    return new Promise((resolve) => {
      child.on('message', (message: unknown) => {
        const reply = trainerReplySchema.parse(message)
        if (reply.type !== 'examined') return
        resolve(reply)
        endChild(child)
      })
      child.on('exit', (code) => {
        const error = new ResiduumError('backend-missing', { message: `exit code ${code}` })
        resolve({ device: null, error: describeError(error) })
      })
      child.postMessage({ type: 'examine' } satisfies TrainerRequest)
    })
  }

  /** Starts a run and gives its id. Throws ResiduumError `trainer-busy`. */
  start(experiment: Experiment): string {
    if (this.active) throw new ResiduumError('trainer-busy')
    const run = this.library.createRun(experiment)
    this.launch(run, experiment, false)
    return run
  }

  /** Goes on with an ended run from its newest checkpoint. Throws `trainer-busy`, `run-missing`, `run-in-progress` or `run-finished`. */
  continue(run: string): void {
    if (this.active) throw new ResiduumError('trainer-busy')
    this.launch(run, this.library.reopenRun(run), true)
  }

  private launch(run: string, experiment: Experiment, resume: boolean): void {
    const child = this.fork()
    const active: Active = {
      run,
      child,
      state: { run, status: 'running', progress: null, warning: null },
      epochs: 0,
      memoryKills: countMemoryKills(),
      heardAt: Date.now(),
      ended: false,
      timer: setInterval(() => this.watch(), BEAT_MS),
      gone: new Promise((resolve) => child.once('exit', () => resolve()))
    }
    this.active = active
    child.on('message', (message: unknown) => this.hear(active, trainerReplySchema.parse(message)))
    child.on('exit', (code) => this.buried(active, code))
    const folder = this.library.runFolder(run)
    this.send({ type: 'train', experiment, folder, resume, evaluationSpace: this.evaluationSpace() })
    this.connect()
    this.tell()
    this.listeners.runsChanged(run)
  }

  pause(): void {
    this.send({ type: 'pause' })
  }

  resume(): void {
    this.send({ type: 'resume' })
  }

  stop(): void {
    this.send({ type: 'stop' })
    this.active!.state = { ...this.active!.state, status: 'stopping' }
    this.tell()
  }

  /** Gives the window a port on which the trainer posts steps and progress. */
  connect(): void {
    if (!this.active) return
    const { port1, port2 } = new MessageChannelMain()
    this.active.child.postMessage({ type: 'port' } satisfies TrainerRequest, [port1])
    this.listeners.port(port2)
  }

  /** Stops the run so that it keeps what there is; kills the trainer where it does not answer. */
  async shutDown(): Promise<void> {
    const { active } = this
    if (!active) return
    this.stop()
    const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS))
    await Promise.race([active.gone, late])
    endChild(active.child)
  }

  private fork(): UtilityProcess {
    return utilityProcess.fork(this.script, [], { serviceName: 'Residuum trainer', stdio: 'inherit' })
  }

  private send(request: TrainerRequest): void {
    if (!this.active) throw new ResiduumError('trainer-idle')
    this.active.child.postMessage(request)
  }

  private hear(active: Active, reply: TrainerReply): void {
    active.heardAt = Date.now()
    if (reply.type !== 'event') return
    const { event } = reply
    const { warning } = active.state
    try {
      recordEvent(this.library, active.run, event)
      if (event.type === 'epoch') active.epochs += 1
    } catch (error) {
      // A full disk must not end the run: the figures are lost, the training is not.
      active.state = { ...active.state, warning: describeError(error) }
    }
    this.follow(active, event)
    // Steps, progress and diagnostics reach the window on its port; here they would come twice.
    const known = isFrequent(event)
    if (!known || warning !== active.state.warning) this.tell()
    if (!known) this.listeners.runsChanged(active.run)
  }

  private follow(active: Active, event: TrainingEvent): void {
    switch (event.type) {
      case 'progress':
        active.state = { ...active.state, progress: event.progress }
        return
      case 'started':
        active.epochs = event.epoch
        return
      case 'paused':
        active.state = { ...active.state, status: 'paused' }
        return
      case 'resumed':
        active.state = { ...active.state, status: 'running' }
        return
      case 'warning':
        active.state = { ...active.state, warning: event.error }
        return
      case 'ended':
        active.ended = true
        endChild(active.child)
    }
  }

  private buried(active: Active, code: number): void {
    clearInterval(active.timer)
    this.active = null
    if (!active.ended) {
      const kills = countMemoryKills()
      const since = kills === null || active.memoryKills === null ? null : kills - active.memoryKills
      this.library.setStatus(active.run, 'interrupted', causeOfDeath(code, since, active.epochs))
    }
    this.tell()
    this.listeners.runsChanged(active.run)
  }

  private watch(): void {
    const { active } = this
    if (!active) return
    this.library.beat(active.run)
    const seconds = Math.round((Date.now() - active.heardAt) / 1000)
    if (active.state.status !== 'paused' && seconds >= HANG_SECONDS) {
      active.state = { ...active.state, warning: { code: 'trainer-hangs', parameters: { seconds } } }
      this.tell()
    }
  }

  private tell(): void {
    this.listeners.training(this.state)
  }
}

/** Ends a trainer that has told all: it takes the signal of `child.kill()` for a wish to save its run first. */
function endChild({ pid }: UtilityProcess): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
