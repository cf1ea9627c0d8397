import { ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/errorRecord'
import { effectiveExperiment } from '../../shared/run/effective'
import { emptyProgress, followInto, type RunProgress } from '../../shared/run/progress'
import { readRunFile, runFolder } from '../run/folder'
import { readJournal } from '../run/journal'
import { ownerOf } from '../run/owner'
import { lifeOf } from '../run/process'
import { loadCheckpoint } from './checkpointFiles'

/** A run that can be taken up again. */
export interface Reopening {
  /** As it stands before it is taken up. */
  experiment: Experiment
  folder: string
  /** What going on changes; null where nothing is. */
  changed: ErrorRecord | null
}

/**
 * Looks whether an ended run may be taken up again: to its own number of epochs or to another, which a finished one
 * needs. Only reads: it belongs to whoever takes its ownership next.
 * Throws ResiduumError `run-missing`, `run-in-progress`, `run-elsewhere`, `run-foreign` for a run of another program,
 * `run-finished` where nothing is left to do, `run-epochs` where more was begun, `checkpoint-gone`, and what
 * `readRunFile` and `readJournal` do.
 */
export async function reopeningOf(
  library: string,
  id: string,
  { epochs = null, takeOver = false }: { epochs?: number | null; takeOver?: boolean } = {}
): Promise<Reopening> {
  const folder = runFolder(library, id)
  const file = await readRunFile(folder)
  let progress = emptyProgress()
  for await (const { record } of readJournal(folder)) progress = followInto(progress, record)
  const owner = await ownerOf(folder)
  if (owner) {
    const { pid, host } = owner
    // Whether one of another computer or container lives cannot be told: the user may say that it does not.
    if ((await lifeOf(owner)) !== 'elsewhere') throw new ResiduumError('run-in-progress', { id, pid, host })
    if (!takeOver) throw new ResiduumError('run-elsewhere', { id, host })
  }
  const experiment = effectiveExperiment(file, progress.changes)
  if (!experiment) throw new ResiduumError('run-foreign', { id })
  const former = experiment.recipe.epochs
  const begun = begunEpochs(progress)
  if (epochs !== null && epochs < begun) throw new ResiduumError('run-epochs', { id, epochs, begun })
  if (progress.ended?.status === 'finished') {
    const done = progress.epochs.length
    if (epochs === null || epochs === begun) throw new ResiduumError('run-finished', { id, epochs: done })
    // One that had not ended begins anew where it has none; a finished one would lose its figures by that.
    if (!(await loadCheckpoint(folder))) throw new ResiduumError('checkpoint-gone', { id, folder })
  }
  const extended = epochs !== null && epochs !== former
  return {
    experiment,
    folder,
    changed: extended ? { code: 'run-extended', parameters: { epochs, former } } : null
  }
}

/** Epochs of which at least a step is recorded. */
function begunEpochs({ epochs, steps, started }: RunProgress): number {
  const perEpoch = started?.stepsPerEpoch ?? null
  return Math.max(epochs.length, perEpoch === null ? 0 : Math.ceil(steps / perEpoch))
}
