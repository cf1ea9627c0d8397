import { randomBytes } from 'node:crypto'
import { link, open, readdir, rm, truncate } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ResiduumError } from '../../shared/errors'
import { readWhole, writeError, writeFileAtomic } from '../files'
import { identity, lifeOf, processSchema } from './process'

/**
 * One owner of a folder at a time, among all processes that see it, without a clock. Files `owner-NNNNNN.json` are
 * generations; whoever holds the highest owns the folder unless it has released it or is dead.
 *
 * Why of many exactly one wins:
 * - A generation is made by a link, which only one process can make, to a file that is whole already.
 * - The highest never goes away: files are deleted only below one that stands, and nobody deletes its own. So a new
 *   highest one is made only by a process that has read its forerunner and found it dead or released.
 * - A process that slept after its look may link a generation that others had and deleted. It then sees the higher one,
 *   X, in its second listing. That listing is no picture of one moment, yet it can miss X only where X was deleted
 *   meanwhile by a winner that came later, listed the sleeper's file too, and deleted that before X, since it goes
 *   upwards. So who sees nothing higher, and afterwards still finds its own file, has won.
 */
const ownerSchema = processSchema.extend({
  /** Of this one taking. */
  token: z.string()
})
export type Owner = z.infer<typeof ownerSchema>
const fileSchema = ownerSchema.extend({ released: z.boolean().default(false) })

export interface Ownership {
  /** A file in the place of the last owner that could not be understood, so that it counted as nobody's; else null. */
  unreadable: string | null
  /** Lets others have the folder. Never throws: with the end of the process it is free anyhow. */
  release(): Promise<void>
}

interface Refusal {
  owner: Owner
  elsewhere: boolean
}

const NAME = /^owner-(\d{6,15})\.json$/
const TEMPORARY = /^\.owner-.*\.tmp$/
const MAX_BYTES = 10_000
/** Where a file system knows no links a file is empty for a moment before its owner stands in it. */
const SECOND_LOOK_MS = 500
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']
const WAIT_MS = 10_000
const RETRY_MS = 25

/**
 * Takes `folder` of a run for this process, until released or the process's end. `takeOver` takes it also from an owner
 * of another computer or container, of which it cannot be told here whether it lives; never from one that lives here.
 * Throws ResiduumError `run-in-progress`, `run-elsewhere`, `cannot-read`, `disk-full` or `cannot-write`.
 */
export async function takeOwnership(folder: string, options: { takeOver?: boolean } = {}): Promise<Ownership> {
  let outcome = await attempt(folder, null)
  if (isRefusal(outcome) && outcome.elsewhere && options.takeOver) {
    // By name: of two computers that take over at once, the second must not take it from the first.
    outcome = await attempt(folder, outcome.owner.token)
  }
  if (!isRefusal(outcome)) return outcome
  const { owner, elsewhere } = outcome
  const id = basename(folder)
  throw elsewhere
    ? new ResiduumError('run-elsewhere', { id, host: owner.host })
    : new ResiduumError('run-in-progress', { id, pid: owner.pid, host: owner.host })
}

/**
 * Does something short that only one process may do at a time in `folder`. Waits for a living owner; one of another
 * computer that has not moved for as long is taken to be dead, since nobody holds such a lock longer than a moment.
 * Throws ResiduumError `library-locked` where one of this computer does not let go, `cannot-read`, `disk-full`,
 * `cannot-write`, and what `body` throws.
 */
export async function withOwnership<T>(folder: string, body: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  let blocking = ''
  let since = performance.now()
  for (;;) {
    const late = performance.now() - since >= waitMs
    const outcome = await attempt(folder, late ? blocking : null)
    if (!isRefusal(outcome)) {
      try {
        return await body()
      } finally {
        await outcome.release()
      }
    }
    if (outcome.owner.token !== blocking) {
      blocking = outcome.owner.token
      since = performance.now()
    } else if (late) {
      throw new ResiduumError('library-locked', { file: folder, seconds: Math.round(waitMs / 1000) })
    }
    await sleep(RETRY_MS)
  }
}

/** Who owns `folder`: a living process, or one of another computer or container; null where nobody does. Only reads. */
export async function ownerOf(folder: string): Promise<Owner | null> {
  const highest = await lookAt(folder)
  return highest?.owner && (await lifeOf(highest.owner)) !== 'dead' ? highest.owner : null
}

const isRefusal = (outcome: Ownership | Refusal): outcome is Refusal => 'owner' in outcome

/** Takes the folder or says who stands in the way; `force` is the token of an owner elsewhere that counts as dead. */
async function attempt(folder: string, force: string | null): Promise<Ownership | Refusal> {
  const token = randomBytes(8).toString('hex')
  const content = JSON.stringify({ ...(await identity()), token })
  for (;;) {
    const highest = await lookAt(folder)
    if (highest?.owner) {
      const life = await lifeOf(highest.owner)
      const elsewhere = life === 'elsewhere'
      if (life === 'alive' || (elsewhere && highest.owner.token !== force)) return { owner: highest.owner, elsewhere }
    }
    const generation = (highest?.generation ?? 0) + 1
    const file = fileOf(folder, generation)
    if (!(await claim(file, token, content))) continue
    const release = (): Promise<void> => giveUp(file, content)
    try {
      const names = await namesIn(folder)
      if (generationsIn(names).some((other) => other > generation) || !(await holds(file, token))) continue
      await tidy(folder, names, generation)
    } catch (error) {
      await release()
      throw error
    }
    return { unreadable: highest?.garbled ? fileOf(folder, highest.generation) : null, release }
  }
}

/** Makes `file` with `content`, whole; false where another process was faster. */
async function claim(file: string, token: string, content: string): Promise<boolean> {
  const temporary = join(dirname(file), `.${basename(file)}.${token}.tmp`)
  try {
    await writeNew(temporary, content)
    try {
      await link(temporary, file)
    } catch (error) {
      if (!NO_LINKS.includes(codeOf(error))) throw error
      await writeNew(file, content)
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A winner has deleted the temporary file.
    if (codeOf(error) === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'link') return false
    throw writeError(file, error)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function holds(file: string, token: string): Promise<boolean> {
  try {
    return (await readOwnerFile(file))?.token === token
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function writeNew(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Deletes what is below, upwards, and what killed processes left. It stops at the first that stays: see above. */
async function tidy(folder: string, names: readonly string[], generation: number): Promise<void> {
  try {
    for (const lower of generationsIn(names)) {
      if (lower < generation) await rm(fileOf(folder, lower), { force: true })
    }
    for (const name of names) if (TEMPORARY.test(name)) await rm(join(folder, name), { force: true })
  } catch {
    // The next owner tries again.
  }
}

async function giveUp(file: string, content: string): Promise<void> {
  const released = JSON.stringify({ ...(JSON.parse(content) as Owner), released: true })
  // Emptying it needs no room on a full disk.
  await writeFileAtomic(file, released).catch(() => truncate(file).catch(() => undefined))
}

interface Highest {
  generation: number
  /** Null where it was released or is not to be understood. */
  owner: Owner | null
  garbled: boolean
}

async function lookAt(folder: string): Promise<Highest | null> {
  let doubted = 0
  for (;;) {
    const generation = generationsIn(await namesIn(folder)).at(-1)
    if (generation === undefined) return null
    try {
      const found = await readOwnerFile(fileOf(folder, generation))
      if (found) return { generation, owner: found.released ? null : ownerSchema.parse(found), garbled: false }
      if (doubted === generation) return { generation, owner: null, garbled: true }
      doubted = generation
      await sleep(SECOND_LOOK_MS)
    } catch (error) {
      // A later owner has deleted it.
      if (!isMissing(error)) throw error
    }
  }
}

/** Null for what is no owner's file. Throws ResiduumError `cannot-read`: what may not be read may well have an owner. */
async function readOwnerFile(file: string): Promise<z.infer<typeof fileSchema> | null> {
  try {
    return fileSchema.parse(JSON.parse((await readWhole(file, MAX_BYTES)).toString('utf8')))
  } catch (error) {
    if (error instanceof ResiduumError && error.code === 'cannot-read') throw error
    return null
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new ResiduumError('cannot-read', { file: folder, message: (error as Error).message }, { cause: error })
  }
}

/** From the lowest. */
const generationsIn = (names: readonly string[]): number[] =>
  names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)

const fileOf = (folder: string, generation: number): string =>
  join(folder, `owner-${String(generation).padStart(6, '0')}.json`)

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? ''

/** Whether a file could not be read since there is none. */
const isMissing = (error: unknown): boolean => codeOf((error as Error).cause) === 'ENOENT'
