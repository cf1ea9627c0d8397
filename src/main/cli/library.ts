import { Command } from 'commander'
import { errorText } from '../../shared/errors'
import { exitCodes } from '../endings'
import { visible } from '../../shared/text/visible'
import { libraryFolder } from '../folders'
import { Library } from '../library/library'
import { openLibrary, tellMigration, tellProgress } from './runs'

interface Options {
  library: string
}

/** `library rebuild|check|compact`: looks after the index and the trash, without TensorFlow. */
export function libraryCommand(): Command {
  const command = new Command('library').description('Look after a library: rebuild, check or compact its index.')
  const add = (name: string, description: string, action: (folder: string) => Promise<void>): Command =>
    command
      .command(name)
      .description(description)
      .option('--library <dir>', 'where runs are kept', libraryFolder())
      .allowExcessArguments(false)
      .action(({ library }: Options) => action(library))
  add('rebuild', 'Make the index anew from the runs’ folders.', rebuild)
  add('check', 'Say which runs cannot be read and where the index differs from the folders; changes nothing.', check)
  add(
    'compact',
    'Remove what was in the trash for 30 days, prepare curves of long runs, make the index small.',
    compact
  )
  return command
}

async function rebuild(folder: string): Promise<void> {
  await withLibrary(await Library.open(folder, tellMigration), async (library) => {
    let runs = 0
    await library.rebuild((done, total) => {
      runs = total
      tellProgress('rebuild', done, total)
    })
    print(`the index was made anew: ${runs} runs`)
  })
}

async function check(folder: string): Promise<void> {
  await withLibrary(await Library.open(folder, tellMigration), async (library) => {
    const report = await library.check((done, total) => tellProgress('check', done, total))
    const lines = [
      ...report.problems.map(({ id, problem }) => `${visible(id)}: ${errorText(problem)}`),
      ...report.stale.map((id) => `${id}: the index is behind its folder`),
      ...report.index.map((line) => `index: ${line}`)
    ]
    print(
      [...lines, `${report.runs} runs, ${lines.length === 0 ? 'nothing wrong' : `${lines.length} findings`}`].join('\n')
    )
    if (lines.length > 0) process.exitCode = exitCodes.failed
  })
}

async function compact(folder: string): Promise<void> {
  await withLibrary(await openLibrary(folder), async (library) => {
    const { runs, architectures, curves, bytes } = await library.compact((done, total) =>
      tellProgress('compact', done, total)
    )
    print(
      `removed for good: ${runs} runs and ${architectures} architectures; curves prepared of ${curves} runs; ` +
        `index ${bytes.before} bytes before, ${bytes.after} now`
    )
  })
}

async function withLibrary(library: Library, body: (library: Library) => Promise<void>): Promise<void> {
  try {
    await body(library)
  } finally {
    await library.close()
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)
