import { mkdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Experiment } from '../../../shared/experiment/schema'
import { presetExperiment, presetNames } from '../../../shared/presets'
import type { JournalEvent, JournalRecord, RunFile, Started } from '../../../shared/run/journal'
import type { EpochMetrics } from '../../../shared/run/schema'
import { writeFileAtomic } from '../../files'
import { runsFolder } from '../../run/folder'
import { JournalWriter } from '../../run/journal'
import { takeOwnership, type Ownership } from '../../run/owner'

/** Of 200 runs one is long, and the long ones have half of all steps. */
const LONG_SHARE = 1 / 200
/** Runs that are written at a time. */
const WRITERS = 8
const DAY_MS = 24 * 60 * 60 * 1000
/** When the first run began; one each half an hour. */
const FIRST_AT = Date.UTC(2025, 0, 1)
const BETWEEN_MS = 30 * 60 * 1000

export interface SyntheticRun {
  id: string
  steps: number
}

/**
 * Writes a library as it is after much work: runs with the settings and records of real ones, the figures made up. Every
 * step has loss, accuracy, learning rate and seconds; each record holds 50 to 100 of them, as trainers write.
 * Gives the runs, the long ones first. `onProgress` hears how many are written.
 */
export async function writeSyntheticLibrary(
  library: string,
  runs: number,
  points: number,
  onProgress: (done: number) => void
): Promise<SyntheticRun[]> {
  const long = Math.max(1, Math.round(runs * LONG_SHARE))
  const short = runs - long
  const inLong = short > 0 ? Math.round(points / 2 / long) : Math.round(points / long)
  const inShort = short > 0 ? Math.floor((points - inLong * long) / short) : 0
  const left = points - inLong * long - inShort * short
  const made: SyntheticRun[] = []
  let next = 0
  const write = async (): Promise<void> => {
    while (next < runs) {
      const index = next++
      const steps = index < long ? inLong : inShort + (index === runs - 1 ? left : 0)
      made.push({ id: await writeRun(library, index, steps), steps })
      onProgress(made.length)
    }
  }
  await mkdir(runsFolder(library), { recursive: true })
  await Promise.all(Array.from({ length: WRITERS }, write))
  return made.sort((a, b) => b.steps - a.steps || (a.id < b.id ? -1 : 1))
}

async function writeRun(library: string, index: number, steps: number): Promise<string> {
  const createdAt = FIRST_AT + index * BETWEEN_MS
  const experiment = experimentOf(index)
  const { folder, id } = await begin(library, index, createdAt, experiment)
  const { journal } = await JournalWriter.open(folder)
  const { epochs } = experiment.recipe
  const perEpoch = Math.max(1, Math.ceil(steps / epochs))
  await journal.append([startedRecord(createdAt, perEpoch)])
  let done = 0
  for (let epoch = 0; done < steps; epoch++) {
    const until = Math.min(steps, done + perEpoch)
    await journal.append([...stepRecords(index, done, until), ...epochRecords(index, createdAt, epoch, until)])
    done = until
  }
  const status = (['stopped', 'failed'] as const)[index % 40] ?? 'finished'
  // Some were cut short.
  if (index % 50 !== 49) {
    await journal.append([{ type: 'ended', at: createdAt + 60_000, status, error: null, early: false }])
  }
  await journal.close()
  // As old as it says, so that nobody expects it to go on.
  const at = new Date(createdAt)
  await utimes(join(folder, 'journal'), at, at)
  return id
}

/** A run that goes on, owned by this process, with one epoch done. */
export async function beginRun(
  library: string,
  index: number
): Promise<{ id: string; journal: JournalWriter; owner: Ownership; epoch(number: number): JournalRecord[] }> {
  const createdAt = Date.now()
  const { folder, id } = await begin(library, index, createdAt, experimentOf(index))
  const owner = await takeOwnership(folder)
  const { journal } = await JournalWriter.open(folder)
  const perEpoch = 100
  await journal.append([startedRecord(createdAt, perEpoch)])
  const epoch = (number: number): JournalRecord[] => [
    ...stepRecords(index, number * perEpoch, (number + 1) * perEpoch),
    ...epochRecords(index, createdAt, number, (number + 1) * perEpoch)
  ]
  return { id, journal, owner, epoch }
}

/** The folder with all but the journal. */
async function begin(
  library: string,
  index: number,
  createdAt: number,
  experiment: Experiment
): Promise<{ id: string; folder: string }> {
  const stamp = new Date(createdAt).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const id = `${stamp}-${index.toString(16).padStart(6, '0')}`
  const folder = join(runsFolder(library), id)
  const file: RunFile = {
    format: 'residuum.run',
    version: 1,
    id,
    name: `${experiment.architecture.name} #${index + 1}`,
    createdAt,
    experiment,
    settings: {}
  }
  await mkdir(folder)
  await writeFileAtomic(join(folder, 'run.json'), JSON.stringify(file))
  await writeFileAtomic(join(folder, 'number.json'), JSON.stringify({ number: index + 1, colour: index }))
  if (index % 4 === 0) {
    const user = { tags: [`series ${index % 12}`], starred: index % 20 === 0, notes: index % 8 === 0 ? 'a note' : '' }
    await writeFileAtomic(join(folder, 'user.json'), JSON.stringify(user))
  }
  return { id, folder }
}

/** Presets in turn, with settings that differ from run to run. */
function experimentOf(index: number): Experiment {
  const experiment = presetExperiment(presetNames[index % presetNames.length]!)
  const { recipe } = experiment
  recipe.seed = index
  recipe.epochs = 5 + (index % 46)
  recipe.batchSize = 32 << (index % 4)
  recipe.optimizer.learningRate = 10 ** (-1 - (index % 31) / 10)
  recipe.optimizer.weightDecay = [0, 1e-4, 5e-4][index % 3]!
  recipe.labelSmoothing = index % 5 === 0 ? 0.1 : 0
  return experiment
}

const startedRecord = (at: number, stepsPerEpoch: number): Started => ({
  type: 'started',
  at,
  step: 0,
  epoch: 0,
  stepsPerEpoch,
  parameters: 272_474,
  multiplyAdds: 41_214_592,
  pictures: { train: 45_000, validation: 5_000, test: 10_000 },
  dataset: {
    name: 'cifar10',
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    counts: { train: 50_000, test: 10_000 },
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5]
  },
  device: { kind: 'cpu', name: 'bench', tensorflow: '2.20.0', precision: 'float32' },
  versions: { residuum: '1.0.0', node: process.versions.node },
  host: 'bench'
})

function stepRecords(run: number, from: number, to: number): JournalRecord[] {
  const records: JournalRecord[] = []
  for (let first = from; first < to;) {
    const count = Math.min(to - first, 50 + ((first + run) % 51))
    const column = (value: (step: number) => number): Float32Array => {
      const values = new Float32Array(count)
      for (let index = 0; index < count; index++) values[index] = value(first + index)
      return values
    }
    const series = {
      loss: column((step) => 2.3 * Math.exp(-step / 2000) + 0.1 * noise(run, step)),
      accuracy: column((step) => 1 - 0.9 * Math.exp(-step / 3000) - 0.05 * noise(run, step)),
      learningRate: column(() => 0.1),
      seconds: column((step) => 0.05 * step)
    }
    records.push({ type: 'steps', first, series })
    first += count
  }
  return records
}

/** 0 to 1, the same for the same run and step. */
const noise = (run: number, step: number): number => ((Math.imul(step + 1, 2654435761) ^ (run * 40503)) >>> 8) / 2 ** 24

function epochRecords(run: number, createdAt: number, epoch: number, step: number): JournalEvent[] {
  const share = Math.exp(-epoch / 8)
  const accuracy = 0.9 - 0.7 * share + 0.05 * noise(run, epoch)
  const metrics: EpochMetrics = {
    epoch,
    loss: 0.2 + 2 * share,
    trainAccuracy: 1 - 0.8 * share,
    testLoss: 0.4 + 1.8 * share,
    testAccuracy: accuracy,
    validationLoss: 0.4 + 1.8 * share,
    validationAccuracy: accuracy,
    score: accuracy,
    seconds: 0.05 * step,
    imagesPerSecond: 590 + 10 * noise(run, step)
  }
  const at = createdAt + (DAY_MS * (epoch + 1)) / 1000
  return [
    { type: 'checkpoint', at, step, epoch: epoch + 1 },
    { type: 'epoch', at, metrics }
  ]
}
