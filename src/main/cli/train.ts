import { Command, Option } from 'commander'
import { z } from 'zod'
import { describeError, errorText, ResiduumError } from '../../shared/errors'
import { defaultPreset, presetExperiment, presetNames, type PresetName } from '../../shared/presets'
import type { Experiment } from '../../shared/experiment/schema'
import type { TrainingEvent } from '../../shared/run/events'
import { exitCodes } from '../endings'
import { libraryFolder } from '../folders'
import { Library } from '../library/library'
import { createRun } from '../run/folder'
import { TrainingControl } from '../training/control'
import type { OnFullDisk } from '../training/diskRoom'
import { checkExperiment } from '../training/session'
import { train } from '../training/train'
import { readExperiment } from './documents'
import { saveAtEnd } from './ending'
import { number } from './options'
import { addRecipeOptions, withOptions } from './recipeOptions'
import { JsonReport, TerminalReport, type Report } from './report'
import { refuseBesideResume, takeUp } from './resume'
import { lacksRoom, tellMigration } from './runs'

interface TrainOptions {
  preset: PresetName
  experiment?: string
  library: string
  resume?: string
  epochs?: number
  residentLimit?: number
  onFullDisk: OnFullDisk
  takeOver?: boolean
  json?: boolean
}

/**
 * `train`: an experiment with chosen settings, recorded in the library. Ctrl-C, and whatever else ends it, stops and
 * keeps it.
 */
export function trainCommand(): Command {
  const command = new Command('train')
    .description('Train a preset or an experiment and record the run in the library.')
    .addOption(new Option('--preset <name>', 'architecture and recipe').choices(presetNames).default(defaultPreset))
    .option('--experiment <file>', 'architecture, data set and recipe of a JSON file instead of a preset’s')
    .option('--library <dir>', 'where runs are kept', libraryFolder())
    .option('--resume <run>', 'go on with an ended run from its newest checkpoint, with --epochs to another end')
    .option('--resident-limit <bytes>', 'stream data sets above this size from the disk', number(z.number().min(0)))
    .addOption(
      new Option('--on-full-disk <what>', 'wait until there is room, or stop and end as failed')
        .choices(['wait', 'stop'])
        .default('wait')
    )
    .option('--take-over', 'with --resume: also a run that another computer or container has, if none trains it there')
    .option('--json', 'one JSON object a line on stdout and nothing else')
    .allowExcessArguments(false)
  return addRecipeOptions(command).action(async (options: TrainOptions, command: Command) => {
    if (options.resume !== undefined) refuseBesideResume(command)
    const given = options.experiment ? await readExperiment(options.experiment) : presetExperiment(options.preset)
    given.recipe = withOptions(given.recipe, { ...options })
    const library = await Library.open(options.library, tellMigration)
    try {
      await trainIn(library, given, options)
    } finally {
      await library.close()
    }
  })
}

/** Trains a new run of `given`, or goes on with the one that is to be resumed. Throws what either is refused with. */
async function trainIn(library: Library, given: Experiment, options: TrainOptions): Promise<void> {
  const { residentLimit, onFullDisk, takeOver, epochs, resume: wanted } = options
  const report: Report = options.json ? new JsonReport() : new TerminalReport()
  const control = new TrainingControl()
  const resume = wanted !== undefined
  // Nothing is to be saved before there is a run: a signal ends that at once.
  if (resume) await library.refresh()
  else await checkExperiment(given)
  saveAtEnd(() => control.stop())
  const run = resume ? library.findRun(wanted) : (await createRun(library.folder, given)).id
  let experiment = given
  if (resume) {
    try {
      const taken = await takeUp(library.folder, run, { epochs: epochs ?? null, takeOver: takeOver ?? false })
      experiment = taken.experiment
      if (taken.changed) report.event({ type: 'warning', error: taken.changed })
    } catch (error) {
      if (!(error instanceof ResiduumError) || error.code !== 'run-finished') throw error
      report.event({ type: 'warning', error: describeError(error) })
      return report.end(run, library)
    }
  }
  let ended: Extract<TrainingEvent, { type: 'ended' }> | null = null
  report.begin(run, experiment)
  const job = { experiment, folder: library.runFolder(run), resume, residentLimit, onFullDisk, takeOver }
  await train(resume ? { ...job, goOn: epochs !== undefined, epochs } : job, control, (event) => {
    report.event(event)
    if (event.type === 'ended') ended = event
  })
  // The assignment above is inside a callback, which the compiler does not follow.
  const { error } = ended as unknown as Extract<TrainingEvent, { type: 'ended' }>
  try {
    await tellEnd(report, run, library)
  } catch (indexing) {
    // What ended the run mostly keeps its index from being written too, and is what the user has to hear of.
    if (!error) throw indexing
  }
  if (error) {
    process.stderr.write(`error: ${errorText(error)}\n`)
    process.exitCode = exitCodes.failed
  }
}

/** A run that is whole on a disk with no room left for the index is told of all the same: the index is made up later. */
async function tellEnd(report: Report, run: string, library: Library): Promise<void> {
  try {
    await library.hint(run)
    return await report.end(run, library)
  } catch (error) {
    if (!lacksRoom(error)) throw error
  }
  const aside = await Library.aside(library.folder)
  try {
    await aside.hint(run)
    await report.end(run, aside)
  } finally {
    await aside.close()
  }
}
