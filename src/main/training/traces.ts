import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ErrorRecord } from '../../shared/errorRecord'
import { readWhole, writeFileAtomic } from '../files'
import { countMemoryKills } from '../memory'

const traceSchema = z.object({ memoryKills: z.number() })
const MAX_BYTES = 10_000
const fileIn = (folder: string): string => join(folder, 'in-progress.json')

/**
 * Leaves a trace of a run in progress in its folder: who is killed cannot say so, but the one who goes on can. Gives
 * what the trace before it tells: that memory ran out since it was left; null where it tells nothing.
 */
export async function leaveTrace(folder: string): Promise<ErrorRecord | null> {
  const file = fileIn(folder)
  const before = await readTrace(file)
  const kills = countMemoryKills()
  if (kills !== null) await writeFileAtomic(file, JSON.stringify({ memoryKills: kills })).catch(() => undefined)
  return before !== null && kills !== null && kills > before.memoryKills
    ? { code: 'memory-ran-out', parameters: {} }
    : null
}

const readTrace = async (file: string): Promise<z.infer<typeof traceSchema> | null> => {
  try {
    return traceSchema.parse(JSON.parse((await readWhole(file, MAX_BYTES)).toString('utf8')))
  } catch {
    return null
  }
}

/** Takes the trace away: the run has ended with words of its own. */
export const removeTrace = (folder: string): Promise<void> => rm(fileIn(folder), { force: true })
