import { checkArchitecture } from '../../shared/architecture/check'
import { presetExperiment } from '../../shared/presets'
import { compileNetwork } from './compile'
import { matMul } from './graph/ops/matrix'
import { measure } from './tuning/measure'
import { initialState } from './weights'

const BATCH = 64
/** The first steps fill caches and, on a GPU, load its kernels. */
const WARM_UP = 5

/**
 * Pictures a second at which LeNet-5 trains in this process, on the device that TensorFlow has chosen, measured for so
 * many seconds. Its pictures are black and fed, so that no data set is needed.
 */
export async function trainingSpeed(seconds: number): Promise<number> {
  const { architecture, recipe } = presetExperiment('lenet-5')
  const { checked } = checkArchitecture(architecture)
  const network = await compileNetwork(checked!, { optimizer: recipe.optimizer }, { kind: 'fed' })
  try {
    network.writeState(initialState(checked!, recipe.initialization, recipe.seed))
    const { channels, height, width } = architecture.input
    const images = new Float32Array(BATCH * channels * height * width)
    const labels = new Int32Array(BATCH)
    const step = (number: number): unknown =>
      network.trainStep({ images, labels }, { learningRate: 1e-3, seed: 0, step: number })
    for (let number = 0; number < WARM_UP; number++) step(number)
    const start = performance.now()
    let steps = 0
    while (performance.now() - start < seconds * 1000) step(WARM_UP + steps++)
    return (steps * BATCH) / ((performance.now() - start) / 1000)
  } finally {
    network.close()
  }
}

/** Multiply-adds a second of this machine in a single-precision product of two square matrices. */
export async function matrixProductRate(size = 1024): Promise<number> {
  const input = { dtype: 'float32' as const, shape: [size, size] }
  const times = await measure([
    { name: 'product', inputs: [input, input], build: (graph, [a, b]) => [matMul(graph, a!, b!)] }
  ])
  return size ** 3 / times.get('product')!
}
