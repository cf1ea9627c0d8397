import { join } from 'node:path'
import { z } from 'zod'
import type { CheckedArchitecture } from '../../shared/architecture/check'
import { chooseAlgorithms, plansSchema, type ChosenAlgorithms } from '../engine/algorithms'
import { describeDevice } from '../engine/backend'
import { readWhole, writeFileAtomic } from '../files'
import { cacheFolder } from '../folders'

/** Thousands of measured networks. */
const MAX_PLAN_BYTES = 50_000_000
const cacheSchema = z.record(z.string(), plansSchema)

/**
 * The convolutions' algorithms for a network and batch size. What was measured once on a processor is kept in the
 * cache, so that runs repeat; and in the run's `folder`, so that it goes on to the last bit on whatever was
 * measured since.
 */
export async function planConvolutions(
  architecture: CheckedArchitecture,
  batch: number,
  folder: string | null
): Promise<ChosenAlgorithms> {
  const { name, tensorflow } = describeDevice()
  const machine = `${name}, TensorFlow ${tensorflow}`
  const cacheFile = join(cacheFolder(), 'algorithms.json')
  const cache = (await readJson(cacheFile, cacheSchema)) ?? {}
  const runFile = folder && join(folder, 'algorithms.json')
  const own = (runFile && (await readJson(runFile, plansSchema))) || {}
  const known = { ...cache[machine], ...own }
  const plans = await chooseAlgorithms(architecture, batch, known)
  const isNew = Object.keys(plans).some((key) => !Object.hasOwn(known, key))
  // A file that cannot be written costs the measuring next time, nothing else.
  if (isNew) await save(cacheFile, { ...cache, [machine]: { ...cache[machine], ...plans } })
  if (runFile) await save(runFile, plans)
  return { batch, plans }
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse((await readWhole(file, MAX_PLAN_BYTES)).toString('utf8')))
  } catch {
    return null
  }
}

const save = (file: string, value: object): Promise<void> =>
  writeFileAtomic(file, JSON.stringify(value, null, 1)).catch(() => undefined)
