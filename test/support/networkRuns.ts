import { readFileSync, writeFileSync } from 'node:fs'
import { checkArchitecture, type CheckedArchitecture } from '../../src/shared/architecture/check'
import { parseArchitecture } from '../../src/shared/architecture/document'
import { describeProblem } from '../../src/shared/architecture/problems'
import type { Architecture } from '../../src/shared/architecture/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { forcedAlgorithms } from '../../src/main/engine/tuning/algorithms'
import { compileNetwork } from '../../src/main/engine/compile'
import type { ConvolutionAlgorithm } from '../../src/main/engine/graph/ops/convolution'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../src/main/engine/safetensors'
import { namedParameters, sizeOf } from '../../src/main/engine/weights'
import { toNhwc } from '../engine/support'

export type Tensors = Map<string, { shape: readonly number[]; values: Float32Array }>
type Stored = ReadonlyMap<string, StoredTensor>
export type Mode = 'train' | 'evaluate'

/** Checks the drawing; throws with all its problems. */
export function checkedOf(architecture: Architecture): CheckedArchitecture {
  const { checked, problems } = checkArchitecture(architecture)
  if (!checked) throw new Error(`refused: ${problems.map(describeProblem).join('; ')}`)
  return checked
}

/**
 * What a network gives with one algorithm forced upon every convolution: `train.logits`, `train.loss`,
 * `train.gradient.NAME`, the same of `evaluate`, and `after.NAME` for running statistics after a training pass.
 * `given` has `images` (NCHW), `labels` and `initial.NAME`, in PyTorch's layouts.
 */
export async function runNetwork(
  checked: CheckedArchitecture,
  given: Stored,
  algorithm: ConvolutionAlgorithm,
  modes: readonly Mode[]
): Promise<Tensors> {
  const images = given.get('images')!
  const batch = {
    images: toNhwc(images.values as Float32Array, images.shape),
    labels: given.get('labels')!.values as Int32Array
  }
  const initial = [...given].filter(([name]) => name.startsWith('initial.'))
  const algorithms = forcedAlgorithms(checked, batch.labels.length, algorithm)
  const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 1 })
  const network = await compileNetwork(checked, { optimizer }, { kind: 'fed' }, { probe: true, algorithms })
  try {
    network.writeState(
      new Map(initial.map(([name, { values }]) => [name.slice('initial.'.length), values as Float32Array]))
    )
    const parameters = namedParameters(checked)
    const results: Tensors = new Map()
    for (const mode of modes) {
      const { logits, loss, gradients } = network.probe(mode, batch)
      results.set(`${mode}.logits`, { shape: [batch.labels.length, checked.classes], values: logits })
      results.set(`${mode}.loss`, { shape: [1], values: Float32Array.of(loss) })
      for (const { name, shape } of parameters) {
        const values = gradients.get(name)
        if (values && values.length !== sizeOf(shape)) throw new Error(`gradient of ${name}: ${values.length} values`)
        if (values) results.set(`${mode}.gradient.${name}`, { shape, values })
      }
    }
    if (modes.includes('train')) {
      // A step of length zero moves the running statistics and nothing else.
      network.trainStep(batch, { learningRate: 0, seed: 0, step: 0 })
      const after = network.readState()
      for (const { name, key, shape } of parameters) {
        if (key.startsWith('running_')) results.set(`after.${name}`, { shape, values: after.get(name)! })
      }
    }
    return results
  } finally {
    network.close()
  }
}

/** Runs BASE.json with the values of BASE.safetensors; gives the file of results. */
export async function runFiles(base: string, algorithm: ConvolutionAlgorithm): Promise<string> {
  const checked = checkedOf(parseArchitecture(readFileSync(`${base}.json`, 'utf8'), base))
  const { tensors, metadata } = decodeSafetensors(readFileSync(`${base}.safetensors`), base)
  const results = await runNetwork(checked, tensors, algorithm, metadata.modes!.split(',') as Mode[])
  const output = `${base}.output.safetensors`
  writeFileSync(output, encodeSafetensors(results))
  return output
}
