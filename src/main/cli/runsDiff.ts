import { Command, CommanderError } from 'commander'
import { describeError, errorText } from '../../shared/errors'
import { differences, type SettingRow } from '../../shared/experiment/difference'
import { settings } from '../../shared/experiment/fields'
import type { RunDetail } from '../../shared/run/schema'
import { jsonLine, visible } from '../../shared/text/visible'
import { exitCodes } from '../endings'
import { libraryFolder } from '../folders'
import type { Library } from '../library/library'
import { labelOf } from './settingTexts'
import { table } from './table'

/** How a library is opened, and a run in it found by what the user calls it. */
interface Access {
  open: (folder: string) => Promise<Library>
  find: (library: Library, text: string) => string
}

/** `runs diff`: exits as cmp does, with 0 where runs are trained alike, 1 where not, 2 where that cannot be told. */
export function diffCommand({ open, find }: Access): Command {
  return new Command('diff')
    .description('In what runs differ: settings, data set, architecture by its content. Exits with 1 where in any.')
    .argument('<run>', 'its id, a unique beginning of it, or its unique name')
    .argument('<others...>', 'likewise')
    .option('--library <dir>', 'where runs are kept', libraryFolder())
    .option('--json', 'as one JSON object')
    .action(async (first: string, others: string[], { library: folder, json }: { library: string; json?: boolean }) => {
      await orTrouble(async () => {
        const library = await open(folder)
        try {
          const ids = [first, ...others].map((text) => find(library, text))
          const details = await Promise.all(ids.map((id) => library.getDetail(id)))
          const found = differences(details)
          if (found.length > 0) process.exitCode = exitCodes.failed
          process.stdout.write(`${json ? jsonLine(forScripts(ids, found)) : asText(details, found)}\n`)
        } finally {
          await library.close()
        }
      })
    })
}

/** Says what keeps the runs from being compared, with an exit code that is not that of a difference. */
async function orTrouble(body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    if (error instanceof CommanderError) throw error
    process.stderr.write(`error: ${errorText(describeError(error))}\n`)
    process.exitCode = exitCodes.usage
  }
}

const forScripts = (runs: readonly string[], found: readonly SettingRow[]): object => ({
  runs,
  differences: found.map(({ field, values }) => ({ field, values: values.map((value) => value ?? null) }))
})

function asText(details: readonly RunDetail[], found: readonly SettingRow[]): string {
  if (found.length === 0) return 'no differences'
  const names = details.map(({ summary }) => visible(summary.name))
  const rows = found.map(({ field, values }) => [
    labelOf(field),
    visible(field),
    ...values.map((value) => visible(text(field, value)))
  ])
  return table([['setting', 'field', ...names], ...rows])
}

function text(field: string, value: SettingRow['values'][number]): string {
  if (value === undefined) return '-'
  if (value === null) return settings.some(({ path, nullable }) => path === field && nullable) ? 'none' : '-'
  return Array.isArray(value) ? value.join(',') : String(value)
}
