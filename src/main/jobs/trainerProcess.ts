import type { MessagePortMain } from 'electron'
import { describeError, ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/errorRecord'
import type { TrainingEvent } from '../../shared/run/events'
import { countMemoryKills } from '../memory'
import { trainerReplySchema, type TrainerReply, type TrainerRequest } from '../training/messages'
import { causeOfDeath } from './death'

const WATCH_MS = 30_000
/** Longer than any step that a user would wait for. */
const HANG_SECONDS = 180

/** A process that was forked; Electron's in the app. */
export interface Forked {
  post(request: TrainerRequest, ports?: MessagePortMain[]): void
  onMessage(heard: (message: unknown) => void): void
  /** `code` as `causeOfDeath` takes it. */
  onExit(exited: (code: number) => void): void
  /** Ends it at once, whatever it does. */
  kill(): void
}

/** What it takes to have trainer processes. */
export interface Processes {
  fork(): Forked
  channel(): { port1: MessagePortMain; port2: MessagePortMain }
}

export interface TrainerListeners {
  event(event: TrainingEvent): void
  /** It does not answer, or says what nobody understands. It is left to go on. */
  warning(error: ErrorRecord): void
  /** It is gone. `cause` says why, by the epochs recorded; null where it had told the end of its run before. */
  gone(cause: ((epochs: number) => ErrorRecord) | null): void
}

export interface TrainingOptions {
  /** Go on from the newest checkpoint in the folder. */
  resume: boolean
  /** MB for the run's evaluations. */
  evaluationSpace: number
  /** MB for checkpoints beside those that always stay. */
  checkpointSpace: number
}

type Examined = Extract<TrainerReply, { type: 'examined' }>

/** One trainer process: forks it, hands on what it says, and watches whether it says anything. It never starts another. */
export class TrainerProcess {
  /** Settled when the process is gone. */
  readonly gone: Promise<void>

  private readonly child: Forked
  private readonly memoryKills = countMemoryKills()
  private readonly pending: { resolve(reply: Examined): void; reject(error: ResiduumError): void }[] = []
  private watch: NodeJS.Timeout | undefined
  private heardAt = 0
  /** A paused trainer has nothing to say. */
  private paused = false
  /** Nor has one that waits for room on a full disk. */
  private waits = false
  private ended = false
  /** Its exit code once it is gone. */
  private code: number | null = null

  constructor(
    private readonly processes: Processes,
    private readonly listeners: Partial<TrainerListeners> = {}
  ) {
    this.child = processes.fork()
    this.child.onMessage((message) => this.hear(message))
    this.gone = new Promise((resolve) => {
      this.child.onExit((code) => {
        this.bury(code)
        resolve()
      })
    })
  }

  /** Has it load TensorFlow and say which device it uses. Rejects with ResiduumError `backend-missing` where it dies of it. */
  examine(): Promise<Examined> {
    return new Promise((resolve, reject) => {
      if (this.code !== null) return reject(deathOf(this.code))
      this.pending.push({ resolve, reject })
      this.child.post({ type: 'examine' })
    })
  }

  /** Has it train a run in `folder`. */
  train(experiment: Experiment, folder: string, { resume, evaluationSpace, checkpointSpace }: TrainingOptions): void {
    this.heardAt = performance.now()
    this.watch = setInterval(() => this.look(), WATCH_MS)
    this.child.post({ type: 'train', experiment, folder, resume, evaluationSpace, checkpointSpace })
  }

  pause(): void {
    this.child.post({ type: 'pause' })
  }

  resume(): void {
    this.child.post({ type: 'resume' })
  }

  /** Asks it to keep what there is and end. */
  stop(): void {
    this.paused = false
    this.child.post({ type: 'stop' })
  }

  /** Gives the other end of a new port, on which it posts from now on what comes often. */
  connect(): MessagePortMain {
    const { port1, port2 } = this.processes.channel()
    this.child.post({ type: 'port' }, [port1])
    return port2
  }

  kill(): void {
    this.child.kill()
  }

  private hear(message: unknown): void {
    this.heardAt = performance.now()
    const { data: reply, error } = trainerReplySchema.safeParse(message)
    if (!reply) return this.listeners.warning?.(describeError(error))
    if (reply.type === 'examined') return this.pending.shift()?.resolve(reply)
    // Speeds are asked of processes of their own.
    if (reply.type !== 'event') return
    const { event } = reply
    if (event.type === 'paused') this.paused = true
    if (event.type === 'resumed') this.paused = false
    if (event.type === 'disk-full') this.waits = true
    if (event.type === 'recovered') this.waits = false
    this.ended ||= event.type === 'ended'
    this.listeners.event?.(event)
    if (event.type === 'ended') this.kill()
  }

  private look(): void {
    const seconds = Math.round((performance.now() - this.heardAt) / 1000)
    if (this.paused || this.waits || seconds < HANG_SECONDS) return
    this.listeners.warning?.({ code: 'trainer-hangs', parameters: { seconds } })
  }

  private bury(code: number): void {
    this.code = code
    clearInterval(this.watch)
    for (const { reject } of this.pending.splice(0)) reject(deathOf(code))
    const kills = countMemoryKills()
    const since = kills === null || this.memoryKills === null ? null : kills - this.memoryKills
    this.listeners.gone?.(this.ended ? null : (epochs) => causeOfDeath(code, since, epochs))
  }
}

const deathOf = (code: number): ResiduumError => new ResiduumError('backend-died', { exit: code })
