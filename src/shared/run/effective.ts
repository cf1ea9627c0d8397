import { copyOf } from '../copy'
import { ResiduumError } from '../errors'
import { experimentSchema, type Experiment } from '../experiment/schema'
import type { Fault } from '../messages/coded'
import { placedFault } from '../issues'
import type { Change } from './progress'

/**
 * The experiment as it is trained now: as the run began, with each setting that was changed later. Null where the run has
 * none. Throws ResiduumError `run-change` where a change means nothing here: to train on without it would be another run.
 */
export function effectiveExperiment(
  { experiment }: { experiment: Experiment | null },
  changes: readonly Change[]
): Experiment | null {
  return experiment && changes.reduce(changed, experiment)
}

function changed(experiment: Experiment, { field, value }: Change): Experiment {
  const refuse = (reason: Fault): ResiduumError => new ResiduumError('run-change', { field, reason })
  const copy = copyOf(experiment)
  const path = field.split('.')
  const name = path.pop()!
  let place: unknown = copy
  for (const part of path) {
    place = isObject(place) && Object.hasOwn(place, part) ? place[part] : undefined
  }
  // Every setting stands in the experiment, if only as its default: a name that is not there is none.
  if (!isObject(place) || !Object.hasOwn(place, name)) throw refuse({ code: 'unknown-setting', parameters: {} })
  place[name] = value
  const { success, data, error } = experimentSchema.safeParse(copy)
  if (success) return data
  throw refuse(placedFault(error.issues[0]!, copy))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
