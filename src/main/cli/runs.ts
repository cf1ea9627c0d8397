import { Command, InvalidArgumentError } from 'commander'
import type { ErrorRecord } from '../../shared/errorRecord'
import { errorText, ResiduumError } from '../../shared/errors'
import type { EpochMetrics, RunSummary } from '../../shared/run/schema'
import { jsonLine, visible } from '../../shared/text/visible'
import { exitCodes } from '../endings'
import { libraryFolder } from '../folders'
import { Library } from '../library/library'
import { diffCommand } from './runsDiff'
import { table } from './table'

interface Options {
  library: string
  json?: boolean
}

const MIGRATING = 'library: bringing it to folders'

/** Says on stderr how far a library of a version before is brought to this one. */
export const tellMigration = (done: number, total: number): void => tellProgress(MIGRATING, done, total)

/**
 * Opens a library and brings its index up to date; says on stderr how far a migration is. On a full disk the index is
 * one in memory. The caller closes it.
 */
export async function openLibrary(folder: string): Promise<Library> {
  try {
    return await refreshed(await Library.open(folder, tellMigration))
  } catch (error) {
    if (!lacksRoom(error)) throw error
    return refreshed(await Library.aside(folder))
  }
}

/** Whether an index could not be written for want of room, of which SQLite tells in two ways. */
export const lacksRoom = (error: unknown): boolean =>
  error instanceof ResiduumError && (error.code === 'disk-full' || error.code === 'library-io')

async function refreshed(library: Library): Promise<Library> {
  try {
    await library.refresh()
    return library
  } catch (error) {
    await library.close()
    throw error
  }
}

/** A line on a terminal's stderr that is written over; nothing where nobody sees it change. */
export function tellProgress(what: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done < total ? `${what}: ${done} of ${total}` : ''}`)
}

/** `runs list|show|diff`: what the library holds, without TensorFlow. */
export function runsCommand(): Command {
  const command = new Command('runs').description('List the runs of a library, show one, or compare some.')
  command
    .command('list')
    .description('Every run that is not in the trash, the newest first.')
    .option('--library <dir>', 'where runs are kept', libraryFolder())
    .option('--json', 'as one JSON object')
    .allowExcessArguments(false)
    .action(async ({ library: folder, json }: Options) => {
      const library = await openLibrary(folder)
      try {
        const runs = library.listRuns()
        print(json ? jsonLine({ runs: runs.map(listed) }) : listText(runs))
      } finally {
        await library.close()
      }
    })
  command
    .command('show')
    .description('A run with its epochs.')
    .argument('<run>', 'its id, a unique beginning of it, or its unique name')
    .option('--library <dir>', 'where runs are kept', libraryFolder())
    .option('--json', 'as one JSON object')
    .allowExcessArguments(false)
    .action(async (text: string, { library: folder, json }: Options) => {
      const library = await openLibrary(folder)
      try {
        const id = named(library, text)
        const where = library.runFolder(id)
        // One that cannot be opened is shown as far as it is known.
        const { problem } = library.getRun(id)
        const found = await library.getDetail(id).catch((error: unknown) => {
          if (problem) return { summary: library.getRun(id), epochs: [] }
          throw error
        })
        const { summary, ...detail } = found
        if (problem && isDamaged(problem)) process.exitCode = exitCodes.failed
        print(
          json
            ? jsonLine({ run: { ...listed(summary), folder: where }, ...detail })
            : showText(summary, detail.epochs, where)
        )
      } finally {
        await library.close()
      }
    })
  return command.addCommand(diffCommand({ open: openLibrary, find: named }))
}

/** The id of the run that is meant. A name that means none, or several, is a wrong call: throws InvalidArgumentError. */
export function named(library: Library, text: string): string {
  try {
    return library.findRun(text)
  } catch (error) {
    if (!(error instanceof ResiduumError)) throw error
    throw new InvalidArgumentError(error.message)
  }
}

/** Whether a problem keeps something of the run from being read. */
const isDamaged = ({ code }: ErrorRecord): boolean => code !== 'run-unknown'

/** A run as scripts get it: `epochs` are the whole ones done, `testAccuracy` is the best epoch's. */
const listed = ({ epochs, epochsDone, best, createdAt, finishedAt, ...run }: RunSummary) => ({
  ...run,
  createdAt: new Date(createdAt).toISOString(),
  finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  epochs: epochsDone,
  plannedEpochs: epochs,
  testAccuracy: best?.testAccuracy ?? null,
  bestEpoch: best?.epoch ?? null
})

function listText(runs: readonly RunSummary[]): string {
  if (runs.length === 0) return 'no runs'
  const rows = runs.map(({ id, name, status, epochs, epochsDone, best, problem }) => [
    visible(id),
    visible(name),
    problem ? `${status}, ${isDamaged(problem) ? 'damaged' : 'has unknown entries'}` : status,
    epochs === null ? String(epochsDone) : `${epochsDone}/${epochs}`,
    percent(best?.testAccuracy)
  ])
  return table([['run', 'name', 'status', 'epochs', 'test acc'], ...rows])
}

function showText(run: RunSummary, epochs: readonly EpochMetrics[], folder: string): string {
  const facts = [
    `${visible(run.name)} (${visible(run.id)})`,
    `status         ${run.status}${run.error ? `: ${errorText(run.error)}` : ''}`,
    ...(run.problem ? [`problem        ${errorText(run.problem)}`] : []),
    `architecture   ${run.architecture === null ? '-' : visible(run.architecture)}`,
    `parameters     ${run.parameters?.toLocaleString('en') ?? '-'}`,
    `begun          ${run.createdAt > 0 ? new Date(run.createdAt).toISOString() : '-'}`,
    `steps          ${run.steps.toLocaleString('en')}`,
    `best epoch     ${run.best ? `${run.best.epoch + 1} (test accuracy ${percent(run.best.testAccuracy)})` : '-'}`,
    `folder         ${visible(folder)}`
  ]
  if (epochs.length === 0) return facts.join('\n')
  const rows = epochs.map(({ epoch, seconds, loss, trainAccuracy, testLoss, testAccuracy }) => [
    String(epoch + 1),
    seconds?.toFixed(1) ?? '-',
    loss?.toPrecision(5) ?? '-',
    percent(trainAccuracy),
    testLoss?.toPrecision(5) ?? '-',
    percent(testAccuracy)
  ])
  return [...facts, '', table([['epoch', 'time (s)', 'loss', 'train acc', 'test loss', 'test acc'], ...rows])].join(
    '\n'
  )
}

const percent = (share: number | null | undefined): string => (share == null ? '-' : `${(100 * share).toFixed(2)}%`)

const print = (text: string): void => void process.stdout.write(`${text}\n`)
