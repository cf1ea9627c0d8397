import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { cifarResnet } from '../../src/shared/presets/cifarResnet'
import type { BatchInput } from '../../src/main/engine/input/batches'
import { compileNetwork } from '../../src/main/engine/compile'
import { readFixture, relativeError, toNhwc } from './support'

describe('products in bfloat16', () => {
  it('give PyTorch’s logits and gradients to its eight bits, and train alike', async () => {
    const fixture = readFixture('network-resnet-20')
    const optimizer = optimizerSchema.parse(JSON.parse(fixture.metadata.optimizer!))
    const images = fixture.tensors.get('images')!
    const batch: BatchInput = {
      images: toNhwc(images.values as Float32Array, images.shape),
      labels: fixture.tensors.get('labels')!.values as Int32Array
    }
    const { checked } = checkArchitecture(cifarResnet({ depth: 20, width: 4 }))
    const options = { probe: true, productType: 'bfloat16' } as const
    const network = await compileNetwork(checked!, { optimizer }, { kind: 'fed' }, options)
    network.writeState(fixture.group('initial.'))
    const { logits, gradients } = network.probe('evaluate', batch)
    const error = relativeError(logits, fixture.floats('evaluate.logits'))
    // Better would mean that float32 was used.
    expect(error).toBeGreaterThan(1e-4)
    expect(error).toBeLessThan(3e-2)
    const expected = fixture.group('evaluate.gradient.')
    const flat = (of: ReadonlyMap<string, Float32Array>): number[] =>
      [...of.keys()].sort().flatMap((name) => [...of.get(name)!])
    expect(relativeError(flat(gradients), flat(expected))).toBeLessThan(0.1)
    const losses = Array.from(
      { length: 5 },
      (_, step) => network.trainStep(batch, { learningRate: optimizer.learningRate, seed: 0, step }).loss
    )
    expect(relativeError(losses, fixture.floats('steps.losses'))).toBeLessThan(3e-2)
    // What is kept is float32.
    for (const values of network.readState().values()) expect(values).toBeInstanceOf(Float32Array)
    network.close()
  })
})
