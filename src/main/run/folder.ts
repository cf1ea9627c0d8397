import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { ResiduumError } from '../../shared/errors'
import { unknownInExperiment, withoutUnknownIn } from '../../shared/experiment/document'
import type { Experiment } from '../../shared/experiment/schema'
import {
  runFileSchema,
  runNumberSchema,
  runUserSchema,
  type RunFile,
  type RunNumber,
  type RunUser
} from '../../shared/run/journal'
import { requireKeepable } from '../../shared/text/names'
import { makeFolder, readIfThere, syncFolder, writeFileAtomic } from '../files'
import { runWriteError } from './errors'
import { placedFault } from '../../shared/issues'
import { withOwnership } from './owner'

/** A run is a folder: this reads and writes its small files. Its journal and checkpoints have modules of their own. */

const RUN = 'run.json'
const NUMBER = 'number.json'
const USER = 'user.json'
const MAX_BYTES = 64 * 2 ** 20
const MAX_SMALL_BYTES = 2 ** 20
/** Files that are read at a time. */
const READERS = 16

export const runsFolder = (library: string): string => join(library, 'runs')

/** Throws ResiduumError `run-missing` for what can be no run's name: an id may come from anywhere. */
export function runFolder(library: string, id: string): string {
  if (!isId(id)) throw new ResiduumError('run-missing', { id })
  return join(runsFolder(library), id)
}

/** Names of the folders in `runs`, in their order, whatever is in them. Throws ResiduumError `cannot-read`. */
export async function listRunIds(library: string): Promise<string[]> {
  const folder = runsFolder(library)
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    // Whoever needs room may keep a run elsewhere and put a link in its place.
    const runs = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    return runs
      .map(({ name }) => name)
      .filter(isId)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new ResiduumError('cannot-read', { file: folder, message: (error as Error).message }, { cause: error })
  }
}

const isId = (name: string): boolean => /^[^./\\\0][^/\\\0]{0,63}$/.test(name)

/**
 * Makes the folder of a new run, which belongs to nobody yet. It is called as its architecture, with the count of runs of
 * that name. Of many at once each gets a number of its own.
 * Throws ResiduumError `name-control`, `library-locked`, `disk-full`, `run-read-only` or `cannot-write`; there is no
 * folder then.
 */
export async function createRun(library: string, experiment: Experiment): Promise<{ id: string; folder: string }> {
  const { name } = experiment.architecture
  requireKeepable(name)
  return inLibrary(library, async () => {
    const ids = await listRunIds(library)
    const named = await forEach(ids, (id) => keptOf(runFolder(library, id), architectures, architectureOf))
    const same = named.filter((other) => other === name).length
    const createdAt = Date.now()
    const id = newId(createdAt)
    const folder = runFolder(library, id)
    const file: RunFile = {
      format: 'residuum.run',
      version: 1,
      id,
      name: numbered(name, same + 1),
      createdAt,
      experiment,
      settings: {}
    }
    try {
      await mkdir(folder)
      await writeFileAtomic(join(folder, RUN), JSON.stringify(file))
      await writeNumber(folder, await nextNumber(library, ids))
      await syncFolder(runsFolder(library))
    } catch (error) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
      throw runWriteError(folder, error)
    }
    return { id, folder }
  })
}

/** Sorts by time of day; the rest tells apart what begins in the same second. */
const newId = (createdAt: number): string => {
  const stamp = new Date(createdAt).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${stamp}-${randomBytes(3).toString('hex')}`
}

/** A name with its number, no longer than a run's may be. */
function numbered(name: string, count: number): string {
  const end = ` #${count}`
  return `${name.slice(0, 200 - end.length)}${end}`
}

/** As it was written first. Throws ResiduumError `run-missing`, `run-damaged`, `run-newer` or `cannot-read`. */
export const readRunFile = async (folder: string): Promise<RunFile> => (await readRunFileWhole(folder)).file

/**
 * Likewise, with what of the file is not known here as an error `run-unknown`; null where all is. The experiment is without
 * it, as it was when the run was trained.
 */
export async function readRunFileWhole(folder: string): Promise<{ file: RunFile; unknown: ResiduumError | null }> {
  const file = join(folder, RUN)
  const value = await readJson(file, MAX_BYTES)
  if (value === undefined) throw new ResiduumError('run-missing', { id: basename(folder) })
  const { version, experiment } = (value ?? {}) as { version?: unknown; experiment?: { version?: unknown } | null }
  for (const found of [version, experiment?.version]) {
    if (typeof found === 'number' && found > 1) throw new ResiduumError('run-newer', { file, version: found })
  }
  const run = understood(file, runFileSchema, value)
  const keys = run.experiment ? unknownInExperiment(run.experiment, experiment) : []
  const unknown = keys.length > 0 ? new ResiduumError('run-unknown', { file, keys: keys.join(', ') }) : null
  // A copied folder is a run of its own.
  return {
    file: { ...run, experiment: run.experiment && withoutUnknownIn(run.experiment), id: basename(folder) },
    unknown
  }
}

/** Null where it has none yet. Throws ResiduumError `run-damaged` or `cannot-read`. */
export async function readNumber(folder: string): Promise<RunNumber | null> {
  const file = join(folder, NUMBER)
  const value = await readJson(file, MAX_SMALL_BYTES)
  return value === undefined ? null : understood(file, runNumberSchema, value)
}

/**
 * The number and colour of a run; a stranger's gets them now. Throws ResiduumError `run-missing`, `run-damaged`,
 * `library-locked`, `cannot-read`, `disk-full`, `run-read-only` or `cannot-write`.
 */
export async function giveNumber(library: string, id: string): Promise<RunNumber> {
  const folder = runFolder(library, id)
  return (
    (await readNumber(folder)) ??
    inLibrary(library, async () => {
      const meanwhile = await readNumber(folder)
      if (meanwhile) return meanwhile
      const given = await nextNumber(library, await listRunIds(library))
      await writeNumber(folder, given)
      return given
    })
  )
}

/** What the user says of a run. Throws ResiduumError `run-damaged` or `cannot-read`. */
export async function readUser(folder: string): Promise<RunUser> {
  const file = join(folder, USER)
  const value = await readJson(file, MAX_SMALL_BYTES)
  return understood(file, runUserSchema, value === undefined ? {} : value)
}

/**
 * Changes some of what the user says of a run; of changes by several processes none is lost.
 * Throws ResiduumError `name-control`, `run-damaged`, `library-locked`, `cannot-read`, `disk-full`, `run-read-only` or
 * `cannot-write`; nothing is changed then.
 */
export async function changeUser(folder: string, change: Partial<RunUser>): Promise<RunUser> {
  const [changed] = await changeUsers([folder], change)
  return changed!
}

/** Likewise for many runs of one library, in their order; where one fails, those before it are changed. */
export async function changeUsers(folders: readonly string[], change: Partial<RunUser>): Promise<RunUser[]> {
  for (const name of [change.name ?? '', ...(change.tags ?? [])]) requireKeepable(name)
  const [first] = folders
  if (first === undefined) return []
  return inLibrary(dirname(dirname(first)), async () => {
    const users: RunUser[] = []
    for (const folder of folders) {
      const user = runUserSchema.parse({ ...(await readUser(folder)), ...change })
      await write(join(folder, USER), user)
      users.push(user)
    }
    return users
  })
}

/** One more than the highest number of all runs, trash included; a number that cannot be read hides no other. */
async function nextNumber(library: string, ids: readonly string[]): Promise<RunNumber> {
  const given = await forEach(ids, (id) => keptOf(runFolder(library, id), numbers, numberOf))
  const highest = given.reduce<number>((most, number) => Math.max(most, number ?? 0), 0)
  return { number: highest + 1, colour: highest }
}

const writeNumber = (folder: string, number: RunNumber): Promise<void> => write(join(folder, NUMBER), number)

/** The name of a run's architecture; null where it has none or cannot be read. */
async function architectureOf(folder: string): Promise<string | null> {
  const value = await readJson(join(folder, RUN), MAX_BYTES).catch(() => null)
  const name = (value as { experiment?: { architecture?: { name?: unknown } } } | null)?.experiment?.architecture?.name
  return typeof name === 'string' ? name : null
}

const numberOf = (folder: string): Promise<number | null> =>
  readNumber(folder).then(
    (found) => found?.number ?? null,
    () => null
  )

/** What never changes of a run once it is there, by folder: among 2,000 runs a new one would be long in coming. */
const architectures = new Map<string, string>()
const numbers = new Map<string, number>()

async function keptOf<T>(
  folder: string,
  kept: Map<string, T>,
  read: (folder: string) => Promise<T | null>
): Promise<T | null> {
  const known = kept.get(folder)
  if (known !== undefined) return known
  const found = await read(folder)
  if (found !== null) kept.set(folder, found)
  return found
}

/** Does something that only one process may do at a time in a library. */
async function inLibrary<T>(library: string, body: () => Promise<T>): Promise<T> {
  const folder = runsFolder(library)
  try {
    makeFolder(folder)
  } catch (error) {
    throw runWriteError(folder, error)
  }
  return withOwnership(folder, body).catch((error: unknown) => {
    throw error instanceof ResiduumError ? runWriteError(folder, error) : error
  })
}

const write = (file: string, value: object): Promise<void> =>
  writeFileAtomic(file, JSON.stringify(value)).catch((error: unknown) => {
    throw runWriteError(file, error)
  })

/** What a file of JSON holds; undefined where there is no file. */
async function readJson(file: string, maxBytes: number): Promise<unknown> {
  const bytes = await readIfThere(file, maxBytes)
  if (!bytes) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new ResiduumError(
      'run-damaged',
      { file, reason: { code: 'json', parameters: { message: (error as Error).message } } },
      { cause: error }
    )
  }
}

function understood<T extends z.ZodType>(file: string, schema: T, value: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  throw new ResiduumError('run-damaged', { file, reason: placedFault(error.issues[0]!, value) })
}

/** All results in the order of `items`, a few at a time. */
async function forEach<T, R>(items: readonly T[], body: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let index = 0; index < items.length; index += READERS) {
    results.push(...(await Promise.all(items.slice(index, index + READERS).map(body))))
  }
  return results
}
