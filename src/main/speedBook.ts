import { join } from 'node:path'
import { z } from 'zod'
import { speedsSchema, type Speeds } from '../shared/run/speed'
import { readWhole, writeFileAtomic } from './files'

const MAX_BYTES = 5_000_000
/** Measurements of one machine that are kept, the newest. */
const MOST = 500
const machineSchema = speedsSchema.pick({ measured: true, product: true })
const bookSchema = z.object({ version: z.literal(1), machines: z.record(z.string(), machineSchema) })
type Machine = z.infer<typeof machineSchema>

/** How fast machines were found to be, kept in the cache: a file that cannot be read or written costs another measuring. */
export class SpeedBook {
  private readonly file: string
  private last: Promise<unknown> = Promise.resolve()

  constructor(cacheFolder: string) {
    this.file = join(cacheFolder, 'speeds.json')
  }

  /** What is known of a machine, named as `machineOf` does. */
  async of(machine: string): Promise<Pick<Speeds, 'measured' | 'product'>> {
    return (await this.read())[machine] ?? { measured: {}, product: null }
  }

  /** Adds what was found; one change after the other. */
  note(machine: string, found: Partial<Machine>): Promise<void> {
    const work = this.last.then(async () => {
      const machines = await this.read()
      const before = machines[machine] ?? { measured: {}, product: null }
      const kept = Object.entries(before.measured).filter(([key]) => !Object.hasOwn(found.measured ?? {}, key))
      const measured = Object.fromEntries([...kept, ...Object.entries(found.measured ?? {})].slice(-MOST))
      const after = { measured, product: found.product ?? before.product }
      const book = { version: 1, machines: { ...machines, [machine]: after } }
      await writeFileAtomic(this.file, JSON.stringify(book, null, 1)).catch(() => undefined)
    })
    this.last = work
    return work
  }

  private async read(): Promise<Record<string, Machine>> {
    try {
      const text = (await readWhole(this.file, MAX_BYTES)).toString('utf8')
      return bookSchema.parse(JSON.parse(text)).machines
    } catch {
      return {}
    }
  }
}
