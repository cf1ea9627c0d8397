import { join } from 'node:path'
import { z } from 'zod'
import type { CheckedArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import { machineOf } from '../../shared/run/speed'
import { chooseAlgorithms, plansSchema, PLANS_VERSION, type ChosenAlgorithms } from '../engine/tuning/algorithms'
import { describeDevice } from '../engine/backend'
import { readWhole, writeFileAtomic } from '../files'
import { cacheFolder } from '../folders'

/** Thousands of measured networks. */
const MAX_PLAN_BYTES = 50_000_000
const version = z.literal(PLANS_VERSION)
const cacheSchema = z.object({ version, machines: z.record(z.string(), plansSchema) })
const runSchema = z.object({ version, plans: plansSchema })

export interface PlannedRun {
  algorithms: ChosenAlgorithms
  /** Set where the run had plans that no longer hold: it goes on, but not to the last bit. */
  warning: ResiduumError | null
}

/**
 * The convolutions' algorithms for a network and batch size. What was measured once on a processor is kept in the
 * cache, so that runs repeat; and in the run's `folder`, so that it goes on to the last bit on whatever was
 * measured since. Plans of another version are dropped.
 */
export async function planConvolutions(
  architecture: CheckedArchitecture,
  batch: number,
  folder: string | null
): Promise<PlannedRun> {
  const machine = machineOf(describeDevice())
  const cacheFile = join(cacheFolder(), 'algorithms.json')
  const machines = parsed(await read(cacheFile), cacheSchema)?.machines ?? {}
  const runFile = folder && join(folder, 'algorithms.json')
  const kept = runFile ? await read(runFile) : null
  const own = parsed(kept, runSchema)?.plans ?? null
  const known = { ...machines[machine], ...own }
  const plans = await chooseAlgorithms(architecture, batch, known)
  const isNew = Object.keys(plans).some((key) => !Object.hasOwn(known, key))
  // A file that cannot be written costs the measuring next time, nothing else.
  if (isNew) {
    const all = { ...machines, [machine]: { ...machines[machine], ...plans } }
    await save(cacheFile, { version: PLANS_VERSION, machines: all })
  }
  if (runFile) await save(runFile, { version: PLANS_VERSION, plans })
  const dropped = kept !== null && own === null && Object.keys(plans).length > 0
  return { algorithms: { batch, plans }, warning: dropped ? new ResiduumError('plans-dropped') : null }
}

/** A file's text; null where none can be read. */
const read = (file: string): Promise<string | null> =>
  readWhole(file, MAX_PLAN_BYTES).then(
    (bytes) => bytes.toString('utf8'),
    () => null
  )

function parsed<T>(text: string | null, schema: z.ZodType<T>): T | null {
  try {
    return text === null ? null : schema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

const save = (file: string, value: object): Promise<void> =>
  writeFileAtomic(file, JSON.stringify(value, null, 1)).catch(() => undefined)
