import { open, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { Series } from '../../../shared/run/series'
import { writeFileAtomic } from '../../files'
import { runFolder } from '../../run/folder'
import { indexFolder } from '../index/schema'
import { emptyBuckets, joined, single, type Buckets } from './buckets'

/**
 * The series of a long run in groups of 16, 256, 4096, ... values, so that a curve of it reads little. Made of the
 * journal and good for that journal alone; it may be deleted at any time. Bytes: u32 length of a JSON header, the
 * header, then from the next multiple of 8 on the arrays of each level: float64 steps, float32 mean, minimum, maximum
 * and counts.
 */
export const FACTOR = 16
/** Shorter runs are read from their journals as fast. */
export const LONG_RUN = 20_000

const headerSchema = z.object({
  version: z.literal(1),
  /** State of the journal. */
  journal: z.string(),
  series: z.record(
    z.string(),
    z.object({
      /** Values of the series. */
      count: z.number(),
      /** Groups of each level, and where they begin after the header. */
      levels: z.array(z.object({ length: z.number(), offset: z.number() }))
    })
  )
})
type Header = z.infer<typeof headerSchema>

const BYTES_PER_GROUP = 8 + 4 * 4
const MAX_HEADER_BYTES = 2 ** 26

const levelsFile = (library: string, id: string): string => join(indexFolder(library), 'levels', `${id}.f32`)

/** Tells the states of a journal apart; null where there is none. */
export const journalState = (library: string, id: string): Promise<string | null> =>
  stat(join(runFolder(library, id), 'journal')).then(
    ({ size, mtimeMs, ino }) => `${size}:${mtimeMs}:${ino}`,
    () => null
  )

/** Whether its journal has room for the steps of a long run, whatever is in it. */
export const mayBeLong = (library: string, id: string): Promise<boolean> =>
  stat(join(runFolder(library, id), 'journal')).then(
    ({ size }) => size > LONG_RUN * Float32Array.BYTES_PER_ELEMENT,
    () => false
  )

/** An opened file of levels that fits its journal. */
export class Levels {
  private constructor(
    private readonly handle: FileHandle,
    private readonly header: Header,
    private readonly begin: number
  ) {}

  /** Null where there is none, or none that fits. */
  static async open(library: string, id: string): Promise<Levels | null> {
    const handle = await open(levelsFile(library, id), 'r').catch(() => null)
    if (!handle) return null
    try {
      const length = (await bytesAt(handle, 0, 4)).readUInt32LE(0)
      if (length <= MAX_HEADER_BYTES) {
        const header = headerSchema.parse(JSON.parse((await bytesAt(handle, 4, length)).toString('utf8')))
        if (header.journal === (await journalState(library, id))) {
          return new Levels(handle, header, aligned(4 + length))
        }
      }
    } catch {
      // It is made again of the journal.
    }
    await handle.close()
    return null
  }

  close(): Promise<void> {
    return this.handle.close()
  }

  /** Values of a series; 0 where the run has none of that name. */
  count(name: string): number {
    return this.of(name)?.count ?? 0
  }

  /** The groups of the highest level that are not longer than `group`, a power of two; null below the first. */
  async groups(name: string, group: number): Promise<{ size: number; buckets: Buckets } | null> {
    const levels = this.of(name)?.levels ?? []
    let level = -1
    while (level + 1 < levels.length && FACTOR ** (level + 2) <= group) level += 1
    const found = levels[level]
    if (!found) return null
    const bytes = await bytesAt(this.handle, this.begin + found.offset, found.length * BYTES_PER_GROUP)
    return { size: FACTOR ** (level + 1), buckets: unpack(bytes, found.length) }
  }

  private of(name: string): Header['series'][string] | undefined {
    return Object.hasOwn(this.header.series, name) ? this.header.series[name] : undefined
  }
}

/** Keeps the levels of a run's series, which were read of the journal in that state. */
export async function writeLevels(
  library: string,
  id: string,
  series: ReadonlyMap<string, Series>,
  journal: string
): Promise<void> {
  const parts: Buffer[] = []
  let offset = 0
  const header: Header = { version: 1, journal, series: {} }
  for (const [name, own] of series) {
    const levels: Header['series'][string]['levels'] = []
    let buckets = single(own)
    while (buckets.steps.length > FACTOR) {
      buckets = joined(buckets, { from: 0, to: buckets.steps.length }, FACTOR)
      const { steps, mean, minimum, maximum, counts } = buckets
      for (const array of [steps, mean, minimum, maximum, counts]) {
        parts.push(Buffer.from(array.buffer, array.byteOffset, array.byteLength))
      }
      levels.push({ length: steps.length, offset })
      offset += steps.length * BYTES_PER_GROUP
      await setImmediate()
    }
    header.series[name] = { count: own.steps.length, levels }
    await setImmediate()
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const beginning = Buffer.alloc(aligned(4 + text.length))
  beginning.writeUInt32LE(text.length, 0)
  text.copy(beginning, 4)
  await writeFileAtomic(levelsFile(library, id), Buffer.concat([beginning, ...parts]))
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  // Of its own memory, so that arrays may lie on it.
  const bytes = Buffer.from(new ArrayBuffer(length))
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  if (bytesRead !== length) throw new Error('a file of levels is too short')
  return bytes
}

function unpack({ buffer }: Buffer, length: number): Buckets {
  const buckets = emptyBuckets(0)
  let offset = 0
  buckets.steps = new Float64Array(buffer as ArrayBuffer, offset, length)
  offset += 8 * length
  for (const name of ['mean', 'minimum', 'maximum', 'counts'] as const) {
    buckets[name] = new Float32Array(buffer as ArrayBuffer, offset, length)
    offset += 4 * length
  }
  return buckets
}
