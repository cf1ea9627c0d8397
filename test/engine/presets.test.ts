import { expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { presetNames, presets } from '../../src/shared/presets'
import { compileNetwork } from '../../src/main/engine/compile'
import { initialState } from '../../src/main/engine/weights'

it.each(presetNames)('%s compiles, and a few steps on two pictures lower its loss', async (name) => {
  const { architecture, recipe } = presets[name]
  const { checked } = checkArchitecture(architecture)
  const network = await compileNetwork(checked!, { optimizer: recipe.optimizer }, { kind: 'fed' })
  network.writeState(initialState(checked!, recipe.initialization, 0))
  const { channels, height, width } = architecture.input
  const images = Float32Array.from({ length: 2 * channels * height * width }, (_, index) => Math.sin(index * 0.37))
  const labels = Int32Array.of(3, 7)
  const losses = Array.from(
    { length: 6 },
    (_, step) => network.trainStep({ images, labels }, { learningRate: 0.01, seed: 0, step }).loss
  )
  network.close()
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(losses.at(-1)!).toBeLessThan(losses[0]!)
})
