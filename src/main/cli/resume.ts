import { InvalidArgumentError, type Command } from 'commander'
import { ResiduumError } from '../../shared/errors'
import type { Experiment } from '../../shared/experiment/schema'
import type { ErrorRecord } from '../../shared/ipc/error'
import type { Library } from '../library/library'
import { loadCheckpoint } from '../training/checkpoints'

/** What may stand beside `--resume`: any other option would ask for another experiment than the run's own. */
const beside = new Set(['resume', 'epochs', 'library', 'residentLimit', 'json'])

/** Throws InvalidArgumentError that names the options which `--resume` cannot obey. */
export function refuseBesideResume(command: Command): void {
  const refused = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .filter((option) => !beside.has(option.attributeName()))
    .map((option) => option.long)
  if (refused.length === 0) return
  throw new InvalidArgumentError(
    `${refused.join(', ')} beside --resume: a run goes on with its own settings; only --epochs may be given`
  )
}

/**
 * Takes a run up again, to `epochs` where given; gives its experiment and what changes by that.
 * Throws InvalidArgumentError where more epochs were begun, and ResiduumError `run-missing`, `run-in-progress`,
 * `run-finished` where nothing is left to do, `checkpoint-missing` or `checkpoint-gone`; nothing is changed then.
 */
export async function takeUp(
  library: Library,
  id: string,
  epochs: number | null
): Promise<{ experiment: Experiment; changed: ErrorRecord | null }> {
  try {
    const { status, epochs: former } = library.checkReopening(id, epochs)
    const folder = library.runFolder(id)
    // One that had not ended begins anew where it has none; a finished one would lose its figures by that.
    if (status === 'finished' && !(await loadCheckpoint(folder))) {
      throw new ResiduumError('checkpoint-gone', { id, folder })
    }
    const experiment = library.reopenRun(id, epochs)
    const extended = epochs !== null && epochs !== former
    return {
      experiment,
      changed: extended ? { code: 'run-extended', parameters: { epochs, former: former ?? 0 } } : null
    }
  } catch (error) {
    if (!(error instanceof ResiduumError) || error.code !== 'run-epochs') throw error
    throw new InvalidArgumentError(`--epochs: ${error.message}`)
  }
}
