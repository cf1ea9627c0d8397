import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { z } from 'zod'
import { checkArchitecture } from '../../shared/architecture/check'
import { presetExperiment } from '../../shared/presets'
import { openDataset } from '../datasets/dataset'
import { compileNetwork } from '../engine/compile'
import { permutation, randomStream } from '../engine/random'
import { initialState } from '../engine/weights'
import { openPictureFeed } from '../training/pictureFeed'
import { number } from './options'

/**
 * `bench-loop`: training steps of the seed preset on real pictures, input pipeline included, for
 * `npm run bench`. Waits for a line on standard input before each round and prints pictures a second.
 */
export function benchLoopCommand(): Command {
  return new Command('bench-loop')
    .description('Rounds of training steps of the seed preset, timed; used by npm run bench.')
    .requiredOption('--steps <n>', 'steps in a round', number(z.number().int().min(1)))
    .action(async ({ steps }: { steps: number }) => {
      const experiment = presetExperiment('seed-resnet')
      const { recipe } = experiment
      const { checked } = checkArchitecture(experiment.architecture)
      const dataset = await openDataset('cifar10')
      const { source } = await openPictureFeed(dataset, experiment)
      const network = await compileNetwork(checked!, recipe, source)
      network.writeState(initialState(checked!, recipe.initialization, recipe.seed))
      const order = permutation(randomStream(recipe.seed, 'order/0'), dataset.counts.train)
      let begin = 0
      const rounds = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
      while (!(await rounds.next()).done) {
        const start = performance.now()
        for (let step = 0; step < steps; step++) {
          if (begin + recipe.batchSize > order.length) begin = 0
          const indices = order.slice(begin, begin + recipe.batchSize)
          const { learningRate } = recipe.optimizer
          network.trainStep({ indices }, { learningRate, seed: recipe.seed, step })
          begin += recipe.batchSize
          await new Promise((resolve) => setImmediate(resolve))
        }
        const seconds = (performance.now() - start) / 1000
        process.stdout.write(`${(steps * recipe.batchSize) / seconds}\n`)
      }
      network.close()
    })
}
