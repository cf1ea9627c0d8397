import { accessSync, constants } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ResiduumError } from '../../shared/errors'
import type { LibraryChange } from '../../shared/run/change'
import { effectiveExperiment } from '../../shared/run/effective'
import type { Curve, CurveRequest } from '../../shared/run/curves'
import type { RunUser } from '../../shared/run/journal'
import type { RunQueryInput } from '../../shared/run/query'
import type { Evaluation, RunDetail, RunEvaluation, RunSummary } from '../../shared/run/schema'
import type { RunSpeed } from '../../shared/run/speed'
import { makeFolder } from '../files'
import { listEvaluations, readEvaluation } from '../run/evaluations'
import { changeUser, readRunFile, runFolder } from '../run/folder'
import { ArchitectureShelf } from './architectures'
import type { Database } from './database'
import { diagnosticsOf } from './diagnostics'
import { isFormer, migrateFormer } from './former/migrate'
import { Follower } from './index/follower'
import { allRuns, listRuns, longRuns, runOf, speedsOf } from './index/query'
import { indexFolder, indexInMemory, openIndex } from './index/schema'
import { checkLibrary, compactLibrary, purgeRuns, type CheckReport, type CompactReport } from './maintenance'
import { findRun } from './names'
import { LONG_RUN } from './series/levels'
import { SeriesStore } from './series/store'
import { unwritable } from './unwritable'

/** How much of some long work is done. */
export type ProgressListener = (done: number, total: number) => void

/**
 * The user's runs and architectures, a folder each. Lists come from an index that can be deleted at any time; figures,
 * experiments and curves from the runs' folders. Many processes may have one library open.
 */
export class Library {
  readonly architectures: ArchitectureShelf
  private readonly follower: Follower
  private readonly store: SeriesStore

  private constructor(
    readonly folder: string,
    private readonly database: Database
  ) {
    this.architectures = new ArchitectureShelf(folder)
    this.follower = new Follower(folder, database)
    this.store = new SeriesStore(folder)
  }

  /**
   * Opens or makes the library in `folder`; one of a version before runs were folders is brought to this one first, of
   * which `migrating` hears. Its index may be behind until `refresh` or `follow`.
   * Throws ResiduumError `library-unwritable`, `library-read-only`, `disk-full`, `library-locked`, `library-damaged`,
   * `library-empty`, `library-newer`, `library-in-use`, `index-newer`, `cannot-read` or `cannot-write`.
   */
  static async open(folder: string, migrating: ProgressListener = () => undefined): Promise<Library> {
    try {
      makeFolder(folder)
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw unwritable(folder, error)
    }
    await migrateFormer(folder, migrating)
    return new Library(folder, await openIndex(folder))
  }

  /**
   * The library in `folder` with an index of its own in memory, for looking at it where nothing can be written; empty until
   * `refresh` or `hint`. Throws ResiduumError `disk-full` for one that is yet to be brought to folders, which takes room.
   */
  static async aside(folder: string): Promise<Library> {
    if (await isFormer(folder)) throw new ResiduumError('disk-full', { file: folder })
    return new Library(folder, indexInMemory())
  }

  async close(): Promise<void> {
    await this.follower.stop()
    this.database.close()
  }

  /** From now on the index follows the folders by itself. */
  follow(): void {
    this.follower.start()
  }

  /** What happens to runs, whoever does it; needs `follow` or `refresh`. Gives a function that ends it. */
  subscribe(listener: (change: LibraryChange) => void): () => void {
    return this.follower.subscribe(listener)
  }

  /** Looks at one run at once. */
  hint(id: string): Promise<void> {
    return this.follower.hint(id)
  }

  /** Says that a trainer of this process is to own the run, or that it is gone: until it does, the run counts as running. */
  expect(id: string, isExpected: boolean): Promise<void> {
    return this.follower.expect(id, isExpected)
  }

  /** Brings the index up to what the folders hold now. */
  refresh(progress?: ProgressListener): Promise<void> {
    return this.follower.refresh(false, progress)
  }

  /** Where a run's files are. Throws ResiduumError `run-missing` for what can be no run's name. */
  runFolder(id: string): string {
    return runFolder(this.folder, id)
  }

  /** A page of the runs, and how many there are in all. */
  list(query: RunQueryInput = {}): { runs: RunSummary[]; total: number } {
    return listRuns(this.database, query)
  }

  /** Every run that is not in the trash, the newest first. */
  listRuns(): RunSummary[] {
    return allRuns(this.database)
  }

  /** Throws ResiduumError `run-missing`. */
  getRun(id: string): RunSummary {
    return runOf(this.database, id)
  }

  /**
   * The run that is meant by an id, by a unique beginning of one, or by a unique name, in this order; gives its id.
   * Throws ResiduumError `run-missing` or `run-ambiguous`.
   */
  findRun(text: string): string {
    return findRun(this.database, text)
  }

  /** How fast this computer trained lately, the newest run first. */
  listSpeeds(device: string): RunSpeed[] {
    return speedsOf(this.database, device)
  }

  /**
   * A run with its experiment and epochs, read from its folder.
   * Throws ResiduumError `run-missing`, `run-damaged`, `run-newer`, `run-change` or `cannot-read`.
   */
  async getDetail(id: string): Promise<RunDetail> {
    const summary = this.getRun(id)
    const file = await readRunFile(this.runFolder(id))
    const { progress, series } = await this.store.progress(id)
    return {
      summary,
      experiment: effectiveExperiment(file, progress.changes),
      settings: file.settings,
      epochs: progress.epochs,
      stepsPerEpoch: progress.started?.stepsPerEpoch ?? null,
      series: [...series.keys()],
      diagnostics: diagnosticsOf(series)
    }
  }

  /** Curves of many runs at once, one for each request. */
  getCurves(requests: readonly CurveRequest[]): Promise<Curve[]> {
    return this.store.curves(requests)
  }

  /** Epochs of which predictions are kept, ascending. Throws ResiduumError `run-missing` or `cannot-read`. */
  async listEvaluations(id: string): Promise<number[]> {
    this.getRun(id)
    return listEvaluations(this.runFolder(id))
  }

  /**
   * Predictions after `epoch`, or after the last. Throws ResiduumError `run-missing`, `evaluation-missing` where there are
   * none at all, `evaluation-gone` where those of that epoch were not kept, `evaluation-damaged` or `cannot-read`.
   */
  async getEvaluation(id: string, epoch: number | null): Promise<Evaluation> {
    const wanted = epoch ?? (await this.listEvaluations(id)).at(-1)
    if (wanted === undefined) throw new ResiduumError('evaluation-missing', { id })
    const found = await readEvaluation(this.runFolder(id), wanted)
    if (found) return found
    if ((await this.listEvaluations(id)).length === 0) throw new ResiduumError('evaluation-missing', { id })
    throw new ResiduumError('evaluation-gone', { id, epoch: wanted + 1 })
  }

  /**
   * Predictions after `epoch`, null for the best, with what it takes to read them. Where those are not kept, the best's
   * or else the last. Throws what `getEvaluation` does.
   */
  async getRunEvaluation(id: string, epoch: number | null): Promise<RunEvaluation> {
    const { summary, experiment, epochs } = await this.getDetail(id)
    const { progress } = await this.store.progress(id)
    const best = summary.best?.epoch ?? null
    const kept = await this.listEvaluations(id)
    const wanted = [epoch, best].find((one) => one !== null && kept.includes(one)) ?? null
    const recorded = progress.started?.dataset ?? null
    return {
      evaluation: await this.getEvaluation(id, wanted),
      kept: kept.map((one) => ({
        epoch: one,
        accuracy: epochs.find((own) => own.epoch === one)?.testAccuracy ?? null
      })),
      best,
      monitor: experiment?.recipe.monitor ?? null,
      dataset: recorded?.name ?? experiment?.dataset.name ?? null,
      classes: recorded?.classes ?? null
    }
  }

  renameRun(id: string, name: string): Promise<void> {
    return this.changeUser(id, { name })
  }

  /** Changes what the user says of a run: name, notes, tags, star, archive. Throws what `run/folder.ts` does. */
  async changeUser(id: string, change: Partial<RunUser>): Promise<void> {
    this.getRun(id)
    await changeUser(this.runFolder(id), change)
    await this.hint(id)
  }

  /** Puts a run into the trash, for 30 days. Throws ResiduumError `run-active` while it is being trained. */
  async deleteRun(id: string): Promise<void> {
    await this.hint(id)
    const { status } = this.getRun(id)
    if (status === 'running' || status === 'paused') throw new ResiduumError('run-active', { id })
    await this.changeUser(id, { deletedAt: Date.now() })
  }

  async restoreRun(id: string): Promise<void> {
    await this.changeUser(id, { deletedAt: null })
  }

  /** Reads every run anew and prepares the curves of those that are long and have ended. */
  async rebuild(progress?: ProgressListener): Promise<void> {
    await rm(join(indexFolder(this.folder), 'levels'), { recursive: true, force: true })
    await this.follower.refresh(true, progress)
    await this.prepareCurves()
  }

  /** So that nobody waits for them the first time that they are drawn. */
  private async prepareCurves(): Promise<void> {
    for (const id of longRuns(this.database, LONG_RUN)) {
      await this.store.prepare(id).catch(() => undefined)
      this.store.forget(id)
    }
  }

  /** Compares the index with the folders and looks for what cannot be read; changes nothing. */
  check(progress?: ProgressListener): Promise<CheckReport> {
    return checkLibrary(this.folder, this.database, progress)
  }

  /** Removes for good what was in the trash for 30 days; gives how much. */
  async purge(): Promise<{ runs: number; architectures: number }> {
    const runs = await purgeRuns(this.folder)
    const architectures = await this.architectures.purge()
    if (runs > 0) await this.refresh()
    return { runs, architectures }
  }

  /** Removes what was in the trash for 30 days, prepares curves of long runs, and makes the index small. */
  async compact(progress?: ProgressListener): Promise<CompactReport> {
    await this.refresh()
    const purged = await this.purge()
    return { ...purged, ...(await compactLibrary(this.folder, this.database, this.store, progress)) }
  }
}
