import { Command, Option } from 'commander'
import { z } from 'zod'
import { formatMessage } from '../../shared/errors'
import { recipeSchema } from '../../shared/experiment/schema'
import { sgdSchema } from '../../shared/experiment/optimizer'
import messages from '../../shared/messages/en.json'
import { defaultPreset, presetExperiment, presetNames, type PresetName } from '../../shared/presets'
import type { TrainingEvent } from '../../shared/run/events'
import { libraryFolder } from '../folders'
import { Library } from '../library/library'
import { TrainingControl } from '../training/control'
import { recordEvent } from '../training/recorder'
import { train } from '../training/train'
import { number } from './options'
import { JsonReport, TerminalReport, type Report } from './report'

interface TrainOptions {
  preset: PresetName
  epochs?: number
  trainLimit?: number
  testLimit?: number
  batchSize?: number
  learningRate?: number
  seed?: number
  library: string
  resume?: string
  json?: boolean
}

const recipe = recipeSchema.shape
const limit = z.number().int().min(1)

/** `train`: a preset's experiment with chosen settings, recorded in the library. Ctrl-C stops and keeps it. */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train a preset and record the run in the library.')
    .addOption(new Option('--preset <name>', 'architecture').choices(presetNames).default(defaultPreset))
    .option('--epochs <n>', 'passes over the training pictures', number(recipe.epochs))
    .option('--train-limit <n>', 'use only the first n training pictures', number(limit))
    .option('--test-limit <n>', 'use only the first n test pictures', number(limit))
    .option('--batch-size <n>', 'pictures in a step', number(recipe.batchSize))
    .option('--learning-rate <x>', 'learning rate', number(sgdSchema.shape.learningRate))
    .option('--seed <n>', 'decides initial weights and the order of the data', number(recipe.seed.unwrap()))
    .option('--library <dir>', 'where runs are kept', libraryFolder())
    .option('--resume <run>', 'go on with an ended run from its newest checkpoint; its own settings hold')
    .option('--json', 'one JSON object a line on stdout and nothing else')
    .allowExcessArguments(false)
    .action(async (options: TrainOptions) => {
      let experiment = presetExperiment(options.preset)
      const { recipe: settings } = experiment
      settings.epochs = options.epochs ?? settings.epochs
      settings.batchSize = options.batchSize ?? settings.batchSize
      settings.trainLimit = options.trainLimit ?? null
      settings.testLimit = options.testLimit ?? null
      settings.seed = options.seed ?? settings.seed
      settings.optimizer.learningRate = options.learningRate ?? settings.optimizer.learningRate
      const report: Report = options.json ? new JsonReport() : new TerminalReport()
      const library = Library.open(options.library)
      const resume = options.resume !== undefined
      const run = options.resume ?? library.createRun(experiment)
      if (options.resume !== undefined) experiment = library.reopenRun(options.resume)
      const control = new TrainingControl()
      let interrupted = false
      const interrupt = (): void => {
        interrupted = true
        control.stop()
      }
      process.on('SIGINT', interrupt)
      process.on('SIGTERM', interrupt)
      let ended: Extract<TrainingEvent, { type: 'ended' }> | null = null
      report.begin(run, experiment)
      await train({ experiment, folder: library.runFolder(run), resume }, control, (event) => {
        recordEvent(library, run, event)
        report.event(event)
        if (event.type === 'ended') ended = event
      })
      await report.end(run, library)
      library.close()
      // The assignment above is inside a callback, which the compiler does not follow.
      const { error } = ended as unknown as Extract<TrainingEvent, { type: 'ended' }>
      if (error) {
        process.stderr.write(`error: ${formatMessage(messages.error[error.code], error.parameters)}\n`)
        process.exitCode = 1
      } else if (interrupted) process.exitCode = 130
    })
}
