import { formatShape } from '../../shared/architecture/problems'
import { ResiduumError } from '../../shared/errors'
import type { StoredTensor } from './safetensors'
import type { NamedParameter, State } from './weights'

/** PyTorch's own count of batches; it decides nothing here. */
const COUNTER = '.num_batches_tracked'
/** How many names a message has. */
const MOST_NAMES = 5

/**
 * The values that `parameters` get from the tensors of a .safetensors file, PyTorch's names and layouts, as
 * torch.nn.Module.load_state_dict takes them: none missing, none besides, all of the right shape.
 * Throws ResiduumError `weights-prefix`, `weights-missing`, `weights-unexpected`, `weights-names`, `weights-type` or
 * `weights-shapes`, which name the tensors.
 */
export function stateFrom(
  parameters: readonly NamedParameter[],
  tensors: ReadonlyMap<string, StoredTensor>,
  file: string
): State {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  const counters = new Set(parameters.map(({ path }) => path + COUNTER))
  compareNames(
    [...known.keys()],
    [...tensors.keys()].filter((name) => !counters.has(name)),
    file
  )
  const state: State = new Map()
  const wrong: string[] = []
  for (const [name, { shape }] of known) {
    const tensor = tensors.get(name)!
    if (!(tensor.values instanceof Float32Array))
      throw new ResiduumError('weights-type', { file, name, type: tensor.dtype })
    if (formatShape(tensor.shape) !== formatShape(shape)) {
      wrong.push(`${name} (${formatShape(tensor.shape)} / ${formatShape(shape)})`)
    }
    state.set(name, tensor.values)
  }
  if (wrong.length > 0) throw new ResiduumError('weights-shapes', { file, tensors: listed(wrong) })
  return state
}

function compareNames(needed: readonly string[], given: readonly string[], file: string): void {
  const missing = without(needed, given)
  const unexpected = without(given, needed)
  const prefix = missing.length > 0 ? commonPrefix(given) : ''
  if (prefix !== '' && given.some((name) => needed.includes(name.slice(prefix.length)))) {
    throw new ResiduumError('weights-prefix', { file, prefix })
  }
  if (missing.length > 0 && unexpected.length > 0) {
    throw new ResiduumError('weights-names', { file, missing: listed(missing), unexpected: listed(unexpected) })
  }
  if (missing.length > 0) throw new ResiduumError('weights-missing', { file, missing: listed(missing) })
  if (unexpected.length > 0) throw new ResiduumError('weights-unexpected', { file, unexpected: listed(unexpected) })
}

const without = (names: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others)
  return names.filter((name) => !known.has(name))
}

/** What all names begin with, up to a dot, as `module.`; empty where there is nothing. */
function commonPrefix(names: readonly string[]): string {
  const [first = ''] = names
  let length = first.length
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, first.lastIndexOf('.', length - 1) + 1)
}

/** The first names, and how many there are. */
const listed = (names: readonly string[]): string =>
  names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')}, … (${names.length})`
