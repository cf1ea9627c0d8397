import type { Experiment } from '../../shared/experiment/schema'
import { Session } from './session'
import { epochOrder } from './splits'
import { makeStep } from './step'

/** The first steps fill caches and, on a GPU, load its kernels. */
const WARM_UP = 2

/**
 * Training pictures a second of an experiment on this machine: its own steps on real pictures for so many seconds, at
 * least one, of which nothing is kept. Throws ResiduumError where the experiment cannot be trained.
 * @param tell told after each step which part of the time is over, 0 to 1
 */
export async function measureSpeed(
  experiment: Experiment,
  seconds: number,
  tell: (fraction: number) => void
): Promise<number> {
  const session = (await Session.open({ experiment, folder: null }, null, () => false))!
  const { network, splits, feed, trainPictures } = session
  const { seed, batchSize } = experiment.recipe
  try {
    let [step, pictures, begun] = [0, 0, performance.now()]
    for (let epoch = 0; ; epoch++) {
      const order = epochOrder(splits.train, seed, epoch).subarray(0, trainPictures)
      for await (const batch of feed.batches('train', order, batchSize)) {
        // Lets messages in and out; a step holds this thread.
        await new Promise((resolve) => setImmediate(resolve))
        // With a rate of 0 a step costs the same, and no weight runs away.
        makeStep(network, session, batch, { epoch, step, learningRate: 0 })
        step += 1
        if (step <= WARM_UP) {
          begun = performance.now()
          continue
        }
        pictures += batch.indices.length
        const passed = (performance.now() - begun) / 1000
        if (passed >= seconds) return pictures / passed
        tell(passed / seconds)
      }
    }
  } finally {
    await session.close(null)
  }
}
