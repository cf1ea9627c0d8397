import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { JournalWriter } from '../../src/main/run/journal'
import { TrainingControl } from '../../src/main/training/control'
import { train, type TrainingJob } from '../../src/main/training/train'
import type { Experiment } from '../../src/shared/experiment/schema'
import { presetExperiment } from '../../src/shared/presets'
import type { TrainingEvent } from '../../src/shared/run/events'
import type { JournalRecord } from '../../src/shared/run/journal'

/** An experiment of five steps an epoch. */
export function fiveSteps(change: Partial<Experiment['recipe']> = {}): Experiment {
  const experiment = presetExperiment('lenet-5')
  const sizes = { epochs: 2, trainLimit: 300, testLimit: 150, batchSize: 64, validationShare: 0 }
  Object.assign(experiment.recipe, sizes, change)
  return experiment
}

export type Obey = (control: TrainingControl, event: TrainingEvent) => void

/** Trains in `root`, or in the job's folder, and gathers what is told; `obey` hears of it as it is. */
export async function runIn(
  root: string,
  experiment: Experiment,
  { obey, ...job }: Partial<TrainingJob> & { obey?: Obey } = {}
) {
  const events: TrainingEvent[] = []
  const control = new TrainingControl()
  const folder = job.folder ?? mkdtempSync(join(root, 'run-'))
  await train({ experiment, ...job, folder }, control, (event) => {
    events.push(event)
    obey?.(control, event)
  })
  const steps = events.flatMap((event) => (event.type === 'steps' ? event.steps : []))
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event] : []))
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.error.code] : []))
  const ended = events.at(-1) as Extract<TrainingEvent, { type: 'ended' }>
  return { folder, events, steps, epochs, warnings, ended }
}

export async function journalOf(folder: string): Promise<JournalRecord[]> {
  const { journal, records } = await JournalWriter.open(folder)
  await journal.close()
  return records
}

/** Loss, accuracy and learning rate of the steps that count, in their order; undefined where there is a hole. */
export function stepsOf(records: readonly JournalRecord[]): (number[] | undefined)[] {
  const steps: number[][] = []
  for (const record of records) {
    if (record.type === 'started') steps.length = record.step
    if (record.type !== 'steps') continue
    const { loss, accuracy, learningRate } = record.series
    loss!.forEach((value, index) => (steps[record.first + index] = [value, accuracy![index]!, learningRate![index]!]))
  }
  return [...steps]
}
