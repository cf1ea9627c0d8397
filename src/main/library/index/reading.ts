import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkArchitecture } from '../../../shared/architecture/check'
import { describeError, ResiduumError } from '../../../shared/errors'
import type { Experiment } from '../../../shared/experiment/schema'
import type { ErrorRecord } from '../../../shared/errorRecord'
import { bestEpoch, isDiverged } from '../../../shared/run/best'
import { effectiveExperiment } from '../../../shared/run/effective'
import type { RunFile, RunNumber, RunUser } from '../../../shared/run/journal'
import { copyProgress, emptyProgress, followInto, type RunProgress } from '../../../shared/run/progress'
import type { RunStatus, RunSummary } from '../../../shared/run/schema'
import { giveNumber, readRunFileWhole, readUser, runFolder } from '../../run/folder'
import { readJournal } from '../../run/journal'
import { ownerOf } from '../../run/owner'
import type { IndexedRun } from './row'
import { settingsOf } from './settings'

/** What was read of a run's journal, to be read on from. */
export interface Read {
  progress: RunProgress
  position: number
  /** What its small files held, which need not be read again while they stay the same. */
  small: Small | null
}

interface Small {
  /** The state of `run.json` and `user.json`. */
  state: string
  file: RunFile
  /** What of `run.json` is not known here. */
  unknown: ResiduumError | null
  number: RunNumber
  user: RunUser
}

const nothingRead = (): Pick<Read, 'progress' | 'position'> => ({ progress: emptyProgress(), position: 0 })

const RUN_FILES = ['run.json', 'user.json', 'journal']

/**
 * What tells the states of a run's files apart without reading them: sizes and times of change, but of no clock's now.
 * Null where the folder holds no run.
 */
export async function signatureOf(library: string, id: string): Promise<string | null> {
  const folder = runFolder(library, id)
  const [run, user, journal] = await Promise.all(
    RUN_FILES.map((name) =>
      stat(join(folder, name)).then(
        ({ size, mtimeMs, ino }) => `${size}:${mtimeMs}:${ino}`,
        // What may not be looked at is there all the same.
        ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' || code === 'ENOTDIR' ? '-' : String(code))
      )
    )
  )
  if (run === '-' && journal === '-' && !(await hasCheckpoints(folder))) return null
  return [run, user, journal].join(' ')
}

/** A folder with weights and without `run.json` was a run, and is listed as a damaged one. */
const hasCheckpoints = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    (names) => names.some((name) => /^step-\d+\./.test(name)),
    () => false
  )

/**
 * What the index keeps of a run, read on from `before`. Throws nothing that lies in the run itself: what cannot be read
 * becomes the summary's `problem`, beside all that can. Null where the folder is gone or holds no run. `isExpected` where
 * a trainer is on its way that does not own the run yet.
 */
export async function readRun(
  library: string,
  id: string,
  before: Read | null,
  isExpected = false
): Promise<{ run: IndexedRun; files: string; read: Read } | null> {
  // First of all, so that what changes meanwhile differs from it.
  const files = await signatureOf(library, id)
  if (files === null) return null
  const folder = runFolder(library, id)
  const problems: ErrorRecord[] = []
  const attempt = async <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      problems.push(described(folder, error))
      return null
    })
  const state = files.slice(0, files.lastIndexOf(' '))
  const small = before?.small?.state === state ? before.small : null
  const known = small ?? (await attempt(readRunFileWhole(folder)))
  const file = known?.file ?? null
  const number = small?.number ?? (await attempt(giveNumber(library, id)))
  const user = small?.user ?? (await attempt(readUser(folder)))
  const read: Read = {
    ...(before && before.position > 0 ? { ...before, progress: copyProgress(before.progress) } : nothingRead()),
    small: known && file && number && user && { state, file, unknown: known.unknown, number, user }
  }
  await attempt(readOn(folder, read))
  const { progress } = read
  let experiment = file?.experiment ?? null
  try {
    if (file) experiment = effectiveExperiment(file, progress.changes)
  } catch (error) {
    problems.push(described(folder, error))
  }
  // After what is damaged: it keeps nobody from reading the run.
  if (known?.unknown) problems.push(described(folder, known.unknown))
  const status = await statusOf(folder, progress, isExpected)
  const summary = summarise(id, { file, number, user, progress, experiment, status, problem: problems[0] ?? null })
  const { epochs } = progress
  const speeds = epochs.flatMap(({ imagesPerSecond }) => imagesPerSecond ?? [])
  const started = progress.started
  return {
    run: {
      summary,
      multiplyAdds: started?.multiplyAdds ?? null,
      imagesPerSecond: speeds.length > 0 ? speeds.reduce((sum, value) => sum + value, 0) / speeds.length : null,
      archivedAt: user?.archivedAt ?? null,
      deletedAt: user?.deletedAt ?? null,
      position: read.position,
      files,
      signature: `${files} ${status}`,
      settingsKey: `${files.split(' ')[0]} ${progress.changes.length}`,
      settings: file ? settingsOf(experiment, file) : []
    },
    files,
    read
  }
}

/** Reads the journal on from where `read` stands, and anew where it does not go on there: it may have been replaced. */
async function readOn(folder: string, read: Read): Promise<void> {
  try {
    await readFrom(folder, read)
  } catch (error) {
    if (!(error instanceof ResiduumError) || error.code !== 'journal-damaged' || read.position === 0) throw error
    Object.assign(read, nothingRead())
    await readFrom(folder, read)
  }
}

async function readFrom(folder: string, read: Read): Promise<void> {
  for await (const { record, end } of readJournal(folder, read.position)) {
    read.progress = followInto(read.progress, record)
    read.position = end
  }
}

/**
 * Whether somebody trains it: who owns it may be making ready to go on. Else its end as the journal tells it, and without
 * one it was cut short.
 */
async function statusOf(folder: string, { ended, paused }: RunProgress, isExpected: boolean): Promise<RunStatus> {
  if (isExpected || (await ownerOf(folder).catch(() => null))) return paused && !ended ? 'paused' : 'running'
  return ended?.status ?? 'interrupted'
}

interface Known {
  file: RunFile | null
  number: RunNumber | null
  user: RunUser | null
  progress: RunProgress
  experiment: Experiment | null
  status: RunStatus
  problem: ErrorRecord | null
}

/** What a list shows of a run. */
export function summarise(id: string, known: Known): RunSummary {
  const { file, number, user, progress, experiment, status, problem } = known
  const { started, first, epochs, ended, latestAt } = progress
  const classes = experiment?.architecture.classes ?? started?.dataset?.classes.length ?? null
  const last = epochs.at(-1) ?? null
  return {
    id,
    // One that cannot be written to has none; the list goes on without it.
    number: number?.number ?? 1,
    colour: number?.colour ?? 0,
    name: user?.name ?? file?.name ?? id,
    status,
    createdAt: file?.createdAt ?? first?.at ?? 0,
    finishedAt: status === 'running' || status === 'paused' ? null : (ended?.at ?? latestAt),
    architecture: experiment?.architecture.name ?? null,
    parameters: started?.parameters ?? (experiment ? parametersOf(experiment) : null),
    epochs: experiment?.recipe.epochs ?? null,
    epochsDone: epochs.length,
    steps: progress.steps,
    last,
    best: bestEpoch(epochs, classes),
    diverged: last !== null && isDiverged(last, classes),
    device: started?.device ?? null,
    error: ended?.error ?? null,
    problem,
    notes: user?.notes ?? '',
    tags: user?.tags ?? [],
    starred: user?.starred ?? false,
    archived: (user?.archivedAt ?? null) !== null,
    deleted: (user?.deletedAt ?? null) !== null
  }
}

const parametersOf = ({ architecture }: Experiment): number | null =>
  checkArchitecture(architecture).checked?.totals.parameters ?? null

/** A folder without `run.json` is a damaged run; elsewhere that code means that there is no such run. */
function described(folder: string, error: unknown): ErrorRecord {
  const known = describeError(error)
  if (known.code !== 'run-missing') return known
  return {
    code: 'run-damaged',
    parameters: { file: join(folder, 'run.json'), reason: { code: 'absent', parameters: {} } }
  }
}
