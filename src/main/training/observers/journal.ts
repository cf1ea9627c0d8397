import type { JournalEvent, JournalRecord, Started } from '../../../shared/run/journal'
import type { Change } from '../../../shared/run/progress'
import type { StepMetrics } from '../../../shared/run/schema'
import type { JournalWriter } from '../../run/journal'
import type { DiskRoom } from '../diskRoom'
import type { RunState } from '../run'
import type { Ended, EpochEvaluated, Observer, StepMade } from './observer'

/** The first step that ends so long after the last write is written: at least twice a second, or each as it ends. */
const WRITE_MS = 250
const SERIES = ['loss', 'accuracy', 'learningRate', 'seconds'] as const
/** Of four float32 columns. */
const BYTES_PER_STEP = 4 * SERIES.length
/** More than any other record takes. */
const BYTES_PER_EVENT = 4096

/** Where others put records of theirs, and learn when all of them last. */
export type Recorder = Pick<JournalObserver, 'record' | 'settle'>

/**
 * Keeps all that happens in the run's journal, in the order in which it happens; what was not written yet waits here.
 * `started` opens it; `changes` of the experiment follow.
 */
export class JournalObserver implements Observer {
  private waiting: JournalRecord[] = []
  private steps: StepMetrics[] = []
  private wroteAt = performance.now()
  private isBegun = false

  constructor(
    private readonly journal: Pick<JournalWriter, 'append' | 'sync' | 'position'>,
    private readonly room: Pick<DiskRoom, 'insist'>,
    private readonly started: Started,
    private readonly changes: readonly Change[] = [],
    /** Whether its end stands there already; who was killed before that has it told now. */
    private readonly hasFinished = false
  ) {}

  /** Takes in a record, to be written with the next ones. */
  record(record: JournalRecord): void {
    this.gather()
    this.waiting.push(record)
  }

  /** Writes all and makes it last; gives the journal's length in bytes. */
  async settle(): Promise<number> {
    await this.write()
    await this.room.insist(() => this.journal.sync(), BYTES_PER_EVENT)
    return this.journal.position
  }

  async runBegin(run: RunState): Promise<void> {
    // One that has ended and has nothing left to do is not taken up: it stays as it ended.
    if (run.isOver && this.hasFinished) return
    this.isBegun = true
    const { step } = run
    const changes = this.changes.map((change) => ({ type: 'changed' as const, at: Date.now(), step, ...change }))
    this.waiting.unshift(this.started, ...changes)
    await this.settle()
  }

  async stepEnd(_: RunState, { metrics }: StepMade): Promise<void> {
    this.steps.push(metrics)
    if (performance.now() - this.wroteAt >= WRITE_MS) await this.write()
  }

  epochTrained(): Promise<void> {
    return this.write()
  }

  async epochEnd(_: RunState, { metrics }: EpochEvaluated): Promise<void> {
    this.record({ type: 'epoch', at: Date.now(), metrics })
    await this.settle()
  }

  paused({ step }: RunState): Promise<void> {
    this.record({ type: 'paused', at: Date.now(), step })
    return this.write()
  }

  resumed({ step }: RunState): Promise<void> {
    this.record({ type: 'resumed', at: Date.now(), step })
    return this.write()
  }

  async runEnd({ status, error, early }: Ended): Promise<void> {
    if (!this.isBegun) return
    const event: JournalEvent = { type: 'ended', at: Date.now(), status, error, early }
    this.record(event)
    // Only a run that is whole waits for room: what ended another may be that there is none.
    if (status === 'finished') return void (await this.settle())
    await this.append()
      .then(() => this.journal.sync())
      .catch(() => undefined)
  }

  /** Turns the steps that wait into columns. */
  private gather(): void {
    const [first] = this.steps
    if (!first) return
    const columns = SERIES.map((name) => [name, Float32Array.from(this.steps, (step) => step[name] ?? NaN)] as const)
    this.waiting.push({ type: 'steps', first: first.step, series: Object.fromEntries(columns) })
    this.steps = []
  }

  private async write(): Promise<void> {
    const bytes = this.steps.length * BYTES_PER_STEP + (1 + this.waiting.length) * BYTES_PER_EVENT
    await this.room.insist(() => this.append(), bytes)
  }

  private async append(): Promise<void> {
    this.gather()
    // What comes in while these are written waits for the next time.
    const records = [...this.waiting]
    this.wroteAt = performance.now()
    if (records.length === 0) return
    await this.journal.append(records)
    this.waiting = this.waiting.slice(records.length)
  }
}
