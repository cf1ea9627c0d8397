import { afterAll, describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { sgdSchema } from '../../src/shared/experiment/optimizer'
import { lenet5 } from '../../src/shared/presets/lenet5'
import { compileNetwork } from '../../src/main/engine/compile'
import { initialState } from '../../src/main/engine/weights'

// In a file of its own, so that nothing else has grown or fragmented the heap.
describe('ten thousand steps', () => {
  const { checked } = checkArchitecture(lenet5())
  const opened = compileNetwork(
    checked!,
    { optimizer: sgdSchema.parse({ kind: 'SGD', learningRate: 0.01, momentum: 0.9 }) },
    { kind: 'fed' }
  )
  afterAll(async () => (await opened).close())

  it('leak nothing: memory stays within 2 % of that after step 500', async () => {
    const network = await opened
    network.writeState(initialState(checked!, 'default', 0))
    const images = Float32Array.from({ length: 4 * 3 * 32 * 32 }, (_, index) => Math.sin(index))
    const labels = Int32Array.of(0, 1, 2, 3)
    let early = 0
    for (let step = 0; step < 10_000; step++) {
      network.trainStep({ images, labels }, { learningRate: 0.001, seed: 0, step })
      if (step % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (step === 500) early = process.memoryUsage.rss()
    }
    expect(process.memoryUsage.rss() / early).toBeLessThan(1.02)
  })
})
