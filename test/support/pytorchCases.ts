import { checkArchitecture } from '../../src/shared/architecture/check'
import { pytorchCode } from '../../src/shared/architecture/pytorch/module'
import type { Architecture, AttributeValue } from '../../src/shared/architecture/schema'
import { ResiduumError } from '../../src/shared/errors'
import { presetNames, presets } from '../../src/shared/presets'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { lenet5 } from '../../src/shared/presets/lenet5'
import layerCases from '../reference/layer_cases.json'
import { randomArchitecture } from './randomEdits'

/** What `test/reference/pytorch_code.py` checks: code, and what its module must have. */
export interface PytorchCase {
  name: string
  code: string
  input: readonly number[]
  classes: number
  /** Shapes of parameters and buffers by full name. */
  tensors: Record<string, readonly number[]>
}

function caseOf(name: string, architecture: Architecture): PytorchCase | null {
  const result = checkArchitecture(architecture)
  const { checked } = result
  if (!checked) return null
  try {
    const code = pytorchCode(architecture, result)
    const tensors = Object.fromEntries(
      checked.layers.flatMap(({ path, parameters }) =>
        parameters.map((parameter): [string, readonly number[]] => [`${path}.${parameter.name}`, parameter.shape])
      )
    )
    return { name, code, input: checked.inputShape, classes: checked.classes, tensors }
  } catch (error) {
    if (error instanceof ResiduumError) return null
    throw error
  }
}

/** A layer's reference case between its input and two scores. */
const layerCase = ({ kind, input, attributes }: (typeof layerCases)[number], index: number): PytorchCase =>
  caseOf(`${kind} ${index}`, {
    ...lenet5(),
    input: { channels: input[0]!, height: input[1]!, width: input[2]! },
    classes: 2,
    graph: sequence([
      layer('layer', kind, attributes as Record<string, AttributeValue>),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 2 })
    ])
  })!

/** Every preset, every layer's reference cases and `count` random architectures; `refused` of those drawn had no code. */
export function pytorchCases(count: number): { cases: PytorchCase[]; refused: number } {
  const cases = [...presetNames.map((name) => caseOf(name, presets[name].architecture)!), ...layerCases.map(layerCase)]
  const most = cases.length + count
  let refused = 0
  for (let seed = 0; cases.length < most; seed++) {
    const drawn = caseOf(`random ${seed}`, randomArchitecture(seed, 60))
    if (drawn) cases.push(drawn)
    else refused += 1
  }
  return { cases, refused }
}
