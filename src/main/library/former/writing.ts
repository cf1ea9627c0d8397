import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { JournalEvent, JournalRecord, RunFile, RunNumber, Started } from '../../../shared/run/journal'
import type { Diagnostics } from '../../../shared/run/schema'
import { readWhole, writeFileAtomic } from '../../files'
import { writeEvaluation } from '../../run/evaluations'
import { readNumber, runFolder } from '../../run/folder'
import { JournalWriter } from '../../run/journal'
import type { Database } from '../database'
import {
  epochsWithSteps,
  formerDiagnostics,
  formerEpochs,
  formerEvaluation,
  formerRun,
  formerSteps,
  type FormerRun
} from './reading'

const MAX_MANIFEST_BYTES = 1_000_000
const manifestSchema = z.object({ step: z.number().int().min(0), epoch: z.number().int().min(0) })

/**
 * Writes one run of the former library into its folder, beside the checkpoints that are there; `number.json` comes last,
 * and a run that has it stays as it is.
 */
export async function writeFormerRun(library: string, database: Database, id: string, number: number): Promise<void> {
  const folder = runFolder(library, id)
  if (await readNumber(folder).catch(() => null)) return
  const run = formerRun(database, id)
  // A document that cannot be understood is kept as it is: the run is listed as damaged, with its figures.
  const file: Omit<RunFile, 'experiment'> & { experiment: unknown } = {
    format: 'residuum.run',
    version: 1,
    id,
    name: run.name.slice(0, 200) || id,
    createdAt: run.createdAt,
    experiment: run.experiment ?? run.document ?? {},
    settings: {}
  }
  // What an earlier try began.
  for (const name of ['journal', 'evaluations']) await rm(join(folder, name), { recursive: true, force: true })
  await writeFileAtomic(join(folder, 'run.json'), JSON.stringify(file))
  await writeJournal(folder, database, run)
  const given: RunNumber = { number, colour: run.colour }
  await writeFileAtomic(join(folder, 'number.json'), JSON.stringify(given))
}

async function writeJournal(folder: string, database: Database, run: FormerRun): Promise<void> {
  const { id } = run
  const epochs = new Map(formerEpochs(database, id).map((metrics) => [metrics.epoch, metrics]))
  const stepped = epochsWithSteps(database, id)
  const { journal } = await JournalWriter.open(folder)
  try {
    await journal.append([startedOf(run, stepped, epochs.has(0))])
    const last = Math.max(-1, ...epochs.keys(), ...stepped.map(({ epoch }) => epoch))
    let told = 0
    for (let epoch = 0; epoch <= last; epoch++) {
      for (const columns of formerSteps(database, id, epoch)) {
        const records: JournalRecord[] = [columns]
        const end = columns.first + columns.series.loss!.length
        records.push(...formerDiagnostics(database, id, told, end).map(pointsOf))
        told = end
        await journal.append(records)
        await setImmediate()
      }
      const metrics = epochs.get(epoch)
      if (!metrics) continue
      await journal.append([{ type: 'epoch', at: timeOf(run, metrics.seconds ?? 0), metrics }])
      const evaluation = formerEvaluation(database, id, epoch)
      if (evaluation) await writeEvaluation(folder, evaluation)
    }
    await journal.append(formerDiagnostics(database, id, told, Number.MAX_SAFE_INTEGER).map(pointsOf))
    await journal.append(await checkpointsIn(folder, run))
    const ended = endOf(run, epochs.size)
    if (ended) await journal.append([ended])
    await journal.sync()
  } finally {
    await journal.close()
  }
}

/** What is known of how it began. Steps are counted only in an epoch that is known to be whole. */
function startedOf(
  run: FormerRun,
  stepped: readonly { epoch: number; steps: number }[],
  isFirstWhole: boolean
): Started {
  const first = stepped.find(({ epoch }) => epoch === 0)
  const { device, parameters, multiplyAdds } = run
  return {
    type: 'started',
    at: run.createdAt,
    step: 0,
    epoch: 0,
    stepsPerEpoch: isFirstWhole && first ? first.steps : null,
    parameters,
    multiplyAdds: multiplyAdds > 0 ? multiplyAdds : null,
    pictures: null,
    dataset: null,
    device,
    versions: device ? { tensorflow: device.tensorflow } : {},
    host: null
  }
}

/** A ReLU has no norms and a layer with parameters no share of dead channels; a norm that was not finite is null. */
const pointsOf = ({ step, layers }: Diagnostics): JournalEvent => ({
  type: 'points',
  step,
  values: Object.fromEntries(
    layers.flatMap(({ path, gradientNorm, weightNorm, deadShare }) =>
      deadShare === null
        ? [
            [`gradientNorm/${path}`, gradientNorm],
            [`weightNorm/${path}`, weightNorm]
          ]
        : [[`deadShare/${path}`, deadShare]]
    )
  )
})

/** Those whose manifests stand in the folder, so that a run whose files are lost later is told from one without any. */
async function checkpointsIn(folder: string, run: FormerRun): Promise<JournalEvent[]> {
  const names = (await readdir(folder)).filter((name) => /^step-\d+\.json$/.test(name)).sort()
  const events: JournalEvent[] = []
  for (const name of names) {
    try {
      const text = await readWhole(join(folder, name), MAX_MANIFEST_BYTES)
      const { step, epoch } = manifestSchema.parse(JSON.parse(text.toString('utf8')))
      events.push({ type: 'checkpoint', at: timeOf(run, Infinity), step, epoch })
    } catch {
      // A damaged one is passed over by a resume too.
    }
  }
  return events
}

/** The clock's time when so many seconds were worked, pauses left out: no more was recorded. */
const timeOf = (run: FormerRun, seconds: number): number =>
  Math.min(run.createdAt + 1000 * seconds, run.finishedAt ?? run.beatAt)

/** Null for a run whose process went on or died without a word: it counts as interrupted. */
function endOf(run: FormerRun, epochsDone: number): JournalEvent | null {
  const { status, error, experiment } = run
  if (status === 'running' || status === 'paused') return null
  const early = status === 'finished' && experiment !== null && epochsDone < experiment.recipe.epochs
  return { type: 'ended', at: timeOf(run, Infinity), status, error, early }
}
