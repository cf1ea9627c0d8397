import { checkArchitecture, type CheckedArchitecture } from '../architecture/check'
import { presets, type PresetName } from './index'

const known = new Map<PresetName, CheckedArchitecture>()

/** What a preset amounts to; worked out once, since presets do not change. */
export function presetNetwork(name: PresetName): CheckedArchitecture {
  const network = known.get(name) ?? checkArchitecture(presets[name].architecture).checked!
  known.set(name, network)
  return network
}
