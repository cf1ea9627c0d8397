import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import { z } from 'zod'
import { checkArchitecture } from '../../shared/architecture/check'
import type { Experiment } from '../../shared/experiment/schema'
import { presetExperiment, type PresetName } from '../../shared/presets'
import { openDataset, readLabels } from '../datasets/dataset'
import { compileNetwork } from '../engine/compile'
import { matrixProductRate } from '../engine/speed'
import { initialState } from '../engine/weights'
import { openPictureFeed, type PictureBatch, type PictureFeed } from '../training/pictureFeed'
import { planConvolutions } from '../training/plans'
import { epochOrder, splitPictures } from '../training/splits'
import { makeStep } from '../training/step'
import { number } from './options'

interface BenchCase {
  preset: PresetName
  mode: 'train' | 'evaluate'
  change?: Partial<Experiment['recipe']>
}

/** What `npm run bench` times; the same names stand in test/bench/pytorch_loop.py. */
const cases: Record<string, BenchCase> = {
  'seed-resnet': { preset: 'seed-resnet', mode: 'train' },
  'resnet-20': { preset: 'resnet-20', mode: 'train' },
  'lenet-5': { preset: 'lenet-5', mode: 'train' },
  'seed-resnet-evaluation': { preset: 'seed-resnet', mode: 'evaluate' },
  'resnet-20-diagnosed': { preset: 'resnet-20', mode: 'train', change: { diagnosticsEvery: 50 } }
}

interface BenchOptions {
  case: string
  steps: number
  batchSize?: number
  profile?: boolean
}

/** Side of the matrices whose product gives the machine's peak. */
const PEAK_SIZE = 2048

/**
 * `bench-loop`: steps of a preset on real pictures, input pipeline included, for `npm run bench`. First prints
 * the machine's rate at matrix products and the step's floating-point operations; then waits for a line on
 * standard input before each round and prints pictures a second. With `--profile` prints what each op costs.
 */
export function benchLoopCommand(): Command {
  return new Command('bench-loop')
    .description('Rounds of steps of a preset, timed; used by npm run bench.')
    .addOption(new Option('--case <name>', 'what to time').choices(Object.keys(cases)).default('seed-resnet'))
    .requiredOption('--steps <n>', 'steps in a round', number(z.number().int().min(1)))
    .option('--batch-size <n>', 'pictures in a step instead of the recipe’s', number(z.number().int().min(1)))
    .option('--profile', 'what each op of a step costs, instead of rounds')
    .action(async (options: BenchOptions) => {
      const { preset, mode, change } = cases[options.case]!
      const experiment = presetExperiment(preset)
      Object.assign(experiment.recipe, change)
      const { recipe } = experiment
      recipe.batchSize = options.batchSize ?? recipe.batchSize
      const { checked } = checkArchitecture(experiment.architecture)
      const dataset = await openDataset(experiment.dataset.name)
      const feed = await openPictureFeed(dataset, experiment)
      const network = await compileNetwork(checked!, recipe, feed.source, {
        algorithms: (await planConvolutions(checked!, recipe.batchSize, null)).algorithms,
        profile: options.profile ?? false
      })
      network.writeState(initialState(checked!, recipe.initialization, recipe.seed))
      const splits = splitPictures(recipe, dataset.counts, await readLabels(dataset, 'train'))
      const [split, order, size] =
        mode === 'train'
          ? (['train', epochOrder(splits.train, recipe.seed, 0), recipe.batchSize] as const)
          : (['test', splits.test, recipe.testBatchSize] as const)
      const source = { height: dataset.shape[1], width: dataset.shape[2] }
      const { output } = checked!
      const { learningRate } = recipe.optimizer
      const runStep = (batch: PictureBatch, step: number): void => {
        if (mode === 'evaluate') network.evaluate(batch.input)
        else makeStep(network, { experiment, source, output }, batch, { epoch: 0, step, learningRate })
      }
      const steps = endless(() => feed.batches(split, order, size))
      const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
      if (options.profile) {
        const { value } = await steps.next()
        print({ ops: await network.profile((value as PictureBatch).input) })
      } else {
        // Forward, and for training the gradients of inputs and of weights, at two operations a multiply-add.
        const operations = checked!.totals.multiplyAdds * 2 * (mode === 'train' ? 3 : 1)
        print({ peakFlops: 2 * (await matrixProductRate(PEAK_SIZE)), flopsPerPicture: operations })
        const rounds = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
        let step = 0
        while (!(await rounds.next()).done) {
          const start = performance.now()
          let pictures = 0
          for (let own = 0; own < options.steps; own++) {
            const { value } = await steps.next()
            pictures += (value as PictureBatch).indices.length
            runStep(value as PictureBatch, step++)
            await new Promise((resolve) => setImmediate(resolve))
          }
          const seconds = (performance.now() - start) / 1000
          const peakMemory = process.resourceUsage().maxRSS * 1024
          print({ picturesPerSecond: pictures / seconds, peakMemory })
        }
      }
      network.close()
      await feed.close()
    })
}

/** Batches over and over, whole ones only. */
async function* endless(epoch: () => ReturnType<PictureFeed['batches']>): AsyncGenerator<PictureBatch> {
  for (;;) {
    let size = 0
    for await (const batch of epoch()) {
      size ||= batch.indices.length
      if (batch.indices.length === size) yield batch
    }
  }
}
