import { InvalidArgumentError, type Command } from 'commander'
import { ResiduumError } from '../../shared/errors'
import { reopeningOf, type Reopening } from '../training/reopening'

/** What may stand beside `--resume`: any other option would ask for another experiment than the run's own. */
const beside = new Set(['resume', 'epochs', 'library', 'residentLimit', 'onFullDisk', 'takeOver', 'json'])

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
 * A run that is to go on, to `epochs` where given.
 * Throws InvalidArgumentError where more epochs were begun, and ResiduumError as `reopeningOf` does.
 */
export async function takeUp(
  library: string,
  id: string,
  options: Parameters<typeof reopeningOf>[2]
): Promise<Reopening> {
  try {
    return await reopeningOf(library, id, options)
  } catch (error) {
    if (!(error instanceof ResiduumError) || error.code !== 'run-epochs') throw error
    throw new InvalidArgumentError(`--epochs: ${error.message}`)
  }
}
