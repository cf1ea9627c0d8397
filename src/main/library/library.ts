import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import { experimentSchema, type Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/ipc/error'
import {
  diagnosticsSchema,
  type Device,
  type Diagnostics,
  type EpochMetrics,
  type Evaluation,
  type RunDetail,
  type RunStatus,
  type RunSummary,
  type StepMetrics
} from '../../shared/run/schema'
import type { Curve, CurveRequest } from '../../shared/run/curves'
import type { RunQuery } from '../../shared/run/query'
import { bestEpoch, countedScore } from '../../shared/run/best'
import { requireKeepable } from '../../shared/text/names'
import type { MeasuredSpeed } from '../../shared/run/speed'
import { ArchitectureShelf } from './architectures'
import type { Database, Row } from './database'
import { openDatabase } from './opening'
import { summarise, toEvaluation, toMetrics, writeEpoch, writeEvaluation, writeStep, type Standing } from './rows'

/** A run whose process has not written for so long is taken as dead even if its number lives on. */
const STALE_MS = 5 * 60_000

/** The user's saved architectures and runs: one SQLite file, and a folder of checkpoints for each run beside it. */
export class Library {
  readonly architectures: ArchitectureShelf
  private readonly classes = new Map<string, number>()
  /** Runs that are deleted when the library is closed. */
  private readonly trash = new Set<string>()

  private constructor(
    readonly folder: string,
    private readonly database: Database
  ) {
    this.architectures = new ArchitectureShelf(database)
  }

  /**
   * Opens or makes the library in `folder` and marks runs whose process is gone as interrupted.
   * Throws ResiduumError `cannot-write`, `disk-full`, `library-damaged` or `library-newer`.
   */
  static open(folder: string): Library {
    const library = new Library(folder, openDatabase(folder))
    library.markInterrupted()
    library.architectures.purge()
    return library
  }

  close(): void {
    for (const id of this.trash) this.deleteRun(id)
    this.database.close()
  }

  /** Where a run's checkpoints are kept. */
  runFolder(id: string): string {
    return join(this.folder, 'runs', id)
  }

  /** Adds a run that this process is about to train; gives its id. Throws ResiduumError `name-control`. */
  createRun(experiment: Experiment): string {
    const { architecture, recipe } = experiment
    requireKeepable(architecture.name)
    const totals = checkArchitecture(architecture).checked?.totals
    const now = new Date()
    const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
    const id = `${stamp}-${randomBytes(3).toString('hex')}`
    this.database.transaction(() => {
      const { total, same } = this.database.first(
        'SELECT count(*) AS total, coalesce(sum(architecture = ?), 0) AS same FROM runs',
        architecture.name
      )!
      this.database.run(
        `INSERT INTO runs (id, name, status, colour, created_at, architecture, parameters, multiply_adds, epochs,
           experiment, owner, beat_at)
         VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        `${architecture.name} #${Number(same) + 1}`,
        Number(total),
        now.getTime(),
        architecture.name,
        totals?.parameters ?? 0,
        totals?.multiplyAdds ?? 0,
        recipe.epochs,
        JSON.stringify(experiment),
        process.pid,
        now.getTime()
      )
    })
    return id
  }

  /**
   * A run that may be taken up again: to its own number of epochs or to another, which a finished one needs.
   * Throws ResiduumError `run-missing`, `run-in-progress`, `run-finished` where nothing is left to do, or `run-epochs`
   * where more was begun.
   */
  checkReopening(id: string, epochs: number | null): RunSummary {
    const summary = this.getRun(id)
    const { status, epochsDone } = summary
    if (status === 'running' || status === 'paused') throw new ResiduumError('run-in-progress', { id })
    const row = this.database.first('SELECT max(epoch) AS latest FROM steps WHERE run_id = ?', id)!
    const begun = Math.max(epochsDone, row.latest === null ? 0 : Number(row.latest) + 1)
    if (epochs !== null && epochs < begun) throw new ResiduumError('run-epochs', { id, epochs, begun })
    if (status === 'finished' && (epochs === null || epochs === begun)) {
      throw new ResiduumError('run-finished', { id, epochs: epochsDone })
    }
    return summary
  }

  /**
   * Takes an ended run up again in this process, to `epochs` where given; gives its experiment. Of two processes one
   * gets it. Throws what `checkReopening` does.
   */
  reopenRun(id: string, epochs: number | null = null): Experiment {
    return this.database.transaction(() => {
      this.checkReopening(id, epochs)
      this.setStatus(id, 'running')
      this.database.run('UPDATE runs SET owner = ? WHERE id = ?', process.pid, id)
      if (epochs !== null) {
        const changed = "epochs = ?, experiment = json_set(experiment, '$.recipe.epochs', ?)"
        this.database.run(`UPDATE runs SET ${changed} WHERE id = ?`, epochs, epochs, id)
      }
      return this.getDetail(id).experiment
    })
  }

  /** Forgets what was recorded from that step and epoch on: it will come again. */
  rewindRun(id: string, step: number, epoch: number): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM steps WHERE run_id = ? AND step >= ?', id, step)
      this.database.run('DELETE FROM epochs WHERE run_id = ? AND epoch >= ?', id, epoch)
      this.database.run('DELETE FROM evaluations WHERE run_id = ? AND epoch >= ?', id, epoch)
      this.database.run('DELETE FROM diagnostics WHERE run_id = ? AND step >= ?', id, step)
    })
  }

  setDevice(id: string, device: Device): void {
    this.database.run('UPDATE runs SET device = ? WHERE id = ?', JSON.stringify(device), id)
  }

  /** Sets how the run stands; an end also gets its time and, where it failed, its reason. */
  setStatus(id: string, status: RunStatus, error: ErrorRecord | null = null): void {
    const ended = status !== 'running' && status !== 'paused'
    this.database.run(
      'UPDATE runs SET status = ?, error = ?, finished_at = ?, beat_at = ? WHERE id = ?',
      status,
      error && JSON.stringify(error),
      ended ? Date.now() : null,
      Date.now(),
      id
    )
  }

  /** Says that the run's process is alive. */
  beat(id: string): void {
    this.database.run('UPDATE runs SET beat_at = ? WHERE id = ?', Date.now(), id)
  }

  recordSteps(id: string, steps: readonly StepMetrics[]): void {
    this.database.transaction(() => {
      for (const step of steps) writeStep(this.database, id, step)
      this.beat(id)
    })
  }

  /** Keeps an epoch's figures and predictions together or not at all. */
  recordEpoch(id: string, metrics: EpochMetrics, evaluation: Evaluation): void {
    this.database.transaction(() => {
      writeEpoch(this.database, id, metrics)
      writeEvaluation(this.database, id, evaluation)
      this.beat(id)
    })
  }

  recordDiagnostics(id: string, { step, layers }: Diagnostics): void {
    this.database.run('INSERT OR REPLACE INTO diagnostics VALUES (?, ?, ?)', id, step, JSON.stringify(layers))
  }

  /** What was recorded of a run's layers, in the order of the steps. Throws ResiduumError `run-missing`. */
  getDiagnostics(id: string): Diagnostics[] {
    this.runRow(id)
    return this.database
      .all('SELECT step, layers FROM diagnostics WHERE run_id = ? ORDER BY step', id)
      .map((row) => diagnosticsSchema.parse({ step: Number(row.step), layers: JSON.parse(String(row.layers)) }))
  }

  /** All runs, the newest first. */
  listRuns(): RunSummary[] {
    const standings = this.standings()
    return this.database
      .all('SELECT * FROM runs ORDER BY created_at DESC, id DESC')
      .map((row) => summarise(row, standings.get(String(row.id)), this.classesOf(String(row.id))))
  }

  /** Throws ResiduumError `run-missing`. */
  getRun(id: string): RunSummary {
    return summarise(this.runRow(id), this.standings(id).get(id), this.classesOf(id))
  }

  /** A run with its figures; steps are had as curves. */
  getDetail(id: string): RunDetail & { experiment: Experiment } {
    const row = this.runRow(id)
    const diagnostics = this.getDiagnostics(id)
    const experiment = experimentSchema.parse(JSON.parse(String(row.experiment)))
    const epochs = this.epochs(id)
    const first = this.database.first('SELECT count(*) AS n FROM steps WHERE run_id = ? AND epoch = 0', id)!
    return {
      summary: summarise(row, this.standings(id).get(id), this.classesOf(id)),
      experiment,
      settings: {},
      epochs,
      stepsPerEpoch: epochs.length > 0 && Number(first.n) > 0 ? Number(first.n) : null,
      series: ['loss', 'accuracy', 'learningRate', 'seconds'],
      diagnostics: diagnostics.at(-1) ?? null
    }
  }

  /** A series at a width: groups of equal size, a power of two. */
  getCurve({ run, name, points }: CurveRequest): Curve {
    const column = { loss: 'loss', accuracy: 'accuracy', learningRate: 'learning_rate', seconds: 'seconds' }[name]
    const rows = column
      ? this.database.all(`SELECT step, ${column} AS value FROM steps WHERE run_id = ? ORDER BY step`, run)
      : []
    const group = 2 ** Math.max(0, Math.ceil(Math.log2(rows.length / points)))
    const groups: Row[][] = []
    for (let start = 0; start < rows.length; start += group) groups.push(rows.slice(start, start + group))
    const values = groups.map((own) => own.map(({ value }) => (value === null ? NaN : Number(value))))
    return {
      run,
      name,
      steps: Float64Array.from(groups, (own) => Number(own.at(-1)!.step)),
      mean: Float32Array.from(values, (own) => own.reduce((sum, value) => sum + value, 0) / own.length),
      minimum: Float32Array.from(values, (own) => Math.min(...own)),
      maximum: Float32Array.from(values, (own) => Math.max(...own))
    }
  }

  /** A page of the runs. */
  list({ offset, limit, sort, text, evaluated, shelf }: RunQuery): { runs: RunSummary[]; total: number } {
    const key = (run: RunSummary): string | number => {
      if (sort.by === 'testAccuracy') return run.best?.testAccuracy ?? -1
      if (sort.by === 'seconds') return run.last?.seconds ?? -1
      return run[sort.by] ?? -1
    }
    const found = this.listRuns().filter(
      ({ id, name, epochsDone }) =>
        shelf === (this.trash.has(id) ? 'deleted' : 'current') &&
        name.toLowerCase().includes(text.toLowerCase()) &&
        (!evaluated || epochsDone > 0)
    )
    const order = sort.descending ? -1 : 1
    found.sort((a, b) => order * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
    const runs = found.slice(offset, offset + limit)
    return { runs: runs.map((run) => ({ ...run, deleted: this.trash.has(run.id) })), total: found.length }
  }

  /** Throws ResiduumError `run-active` while it is being trained. */
  trashRun(id: string): void {
    const { status } = this.getRun(id)
    if (status === 'running' || status === 'paused') throw new ResiduumError('run-active', { id })
    this.trash.add(id)
  }

  restoreRun(id: string): RunSummary {
    this.trash.delete(id)
    return this.getRun(id)
  }

  /** Predictions after `epoch`, or after the last. Throws ResiduumError `evaluation-missing` or `run-missing`. */
  getEvaluation(id: string, epoch: number | null): Evaluation {
    this.runRow(id)
    const row = this.database.first(
      `SELECT * FROM evaluations WHERE run_id = ? AND (? IS NULL OR epoch = ?) ORDER BY epoch DESC LIMIT 1`,
      id,
      epoch,
      epoch
    )
    if (!row) throw new ResiduumError('evaluation-missing', { id })
    return toEvaluation(row)
  }

  /** How fast this computer trained lately, the newest run first. */
  listSpeeds(): MeasuredSpeed[] {
    return this.database
      .all(
        `SELECT runs.multiply_adds AS multiplyAdds, avg(epochs.images_per_second) AS imagesPerSecond
         FROM runs JOIN epochs ON epochs.run_id = runs.id
         WHERE runs.multiply_adds > 0 GROUP BY runs.id ORDER BY runs.created_at DESC LIMIT 50`
      )
      .map((row) => ({ multiplyAdds: Number(row.multiplyAdds), imagesPerSecond: Number(row.imagesPerSecond) }))
  }

  renameRun(id: string, name: string): void {
    this.runRow(id)
    requireKeepable(name)
    this.database.run('UPDATE runs SET name = ? WHERE id = ?', name, id)
  }

  /** Removes a run and its checkpoints. Throws ResiduumError `run-active` while it is being trained. */
  deleteRun(id: string): void {
    const { status } = this.getRun(id)
    if (status === 'running' || status === 'paused') throw new ResiduumError('run-active', { id })
    this.database.run('DELETE FROM runs WHERE id = ?', id)
    rmSync(this.runFolder(id), { recursive: true, force: true })
  }

  private markInterrupted(): void {
    for (const row of this.database.all("SELECT id, owner, beat_at FROM runs WHERE status IN ('running', 'paused')")) {
      const stale = Date.now() - Number(row.beat_at) > STALE_MS
      if (stale || !isAlive(Number(row.owner))) this.setStatus(String(row.id), 'interrupted')
    }
  }

  private epochs(id: string): EpochMetrics[] {
    return this.database.all('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch', id).map(toMetrics)
  }

  /** How many classes a run tells apart; a run's architecture never changes. */
  private classesOf(id: string): number {
    const known = this.classes.get(id)
    if (known !== undefined) return known
    const row = this.database.first(
      `SELECT json_extract(experiment, '$.architecture.classes') AS classes FROM runs WHERE id = ?`,
      id
    )
    const classes = Number(row?.classes)
    this.classes.set(id, classes)
    return classes
  }

  /**
   * Of each run, or of one, the last and the best epoch in one pass. SQL orders as `bestEpoch` does; where what it
   * puts first does not count, that one looks through all.
   */
  private standings(id: string | null = null): Map<string, Standing> {
    const rows = this.database.all(
      `SELECT * FROM (
         SELECT *, count(*) OVER (PARTITION BY run_id) AS done,
                row_number() OVER (PARTITION BY run_id ORDER BY epoch DESC) AS recency,
                row_number() OVER (PARTITION BY run_id ORDER BY score DESC, epoch) AS rank
         FROM epochs WHERE ? IS NULL OR run_id = ?
       ) WHERE recency = 1 OR rank = 1`,
      id,
      id
    )
    const standings = new Map<string, Standing>()
    for (const row of rows) {
      const run = String(row.run_id)
      const metrics = toMetrics(row)
      const standing = standings.get(run) ?? { done: Number(row.done), last: metrics, best: null }
      if (row.recency === 1) standing.last = metrics
      if (row.rank === 1) {
        const classes = this.classesOf(run)
        standing.best = countedScore(metrics, classes) === null ? bestEpoch(this.epochs(run), classes) : metrics
      }
      standings.set(run, standing)
    }
    return standings
  }

  private runRow(id: string): Row {
    const row = this.database.first('SELECT * FROM runs WHERE id = ?', id)
    if (!row) throw new ResiduumError('run-missing', { id })
    return row
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
