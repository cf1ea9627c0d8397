import { ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import { trainerReplySchema, type TrainerReply, type TrainerRequest } from '../training/messages'
import type { Forked, Processes } from './trainerProcess'

/** Enough for a steady speed, and not too long to wait for. */
const SECONDS = 8

/** Finds out how fast this computer is, in trainer processes of its own, one at a time; a later wish ends the one before. */
export class Measurer {
  private child: Forked | null = null

  constructor(
    private readonly processes: Processes,
    /** Told how far a measurement is, 0 to 1; null once it is over. */
    private readonly told: (fraction: number | null) => void
  ) {}

  /** Multiply-adds a second of a matrix product; null where it was cancelled. Rejects with ResiduumError. */
  async rate(): Promise<number | null> {
    const reply = await this.ask({ type: 'rate' })
    return reply?.type === 'rated' ? reply.product : null
  }

  /** Training pictures a second of an experiment; null where it was cancelled. Rejects with ResiduumError. */
  async measure(experiment: Experiment): Promise<number | null> {
    this.told(0)
    try {
      const reply = await this.ask({ type: 'measure', experiment, seconds: SECONDS })
      return reply?.type === 'measured' ? reply.imagesPerSecond : null
    } finally {
      if (this.child === null) this.told(null)
    }
  }

  /** Ends what is being measured: training needs the machine for itself. */
  cancel(): void {
    const { child } = this
    this.child = null
    child?.kill()
  }

  private ask(request: TrainerRequest): Promise<TrainerReply | null> {
    this.cancel()
    const child = this.processes.fork()
    this.child = child
    return new Promise<TrainerReply | null>((resolve, reject) => {
      child.onMessage((message) => {
        if (this.child !== child) return
        const { data: reply } = trainerReplySchema.safeParse(message)
        if (reply?.type === 'measuring') return this.told(reply.fraction)
        if (reply?.type === 'refused') reject(ResiduumError.of(reply.error))
        else resolve(reply ?? null)
        this.cancel()
      })
      child.onExit((exit) => {
        if (this.child === child) {
          this.child = null
          reject(new ResiduumError('backend-died', { exit }))
        } else resolve(null)
      })
      child.post(request)
    })
  }
}
