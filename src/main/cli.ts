import { Command, CommanderError } from 'commander'
import { describeError, errorText } from '../shared/errors'
import { visible } from '../shared/text/visible'
import { architectureCommand } from './cli/architecture'
import { benchLibraryCommand } from './cli/benchLibrary'
import { benchLoopCommand } from './cli/benchLoop'
import { doctorCommand } from './cli/doctor'
import { watchOutput } from './cli/ending'
import { evaluateCommand } from './cli/evaluate'
import { libraryCommand } from './cli/library'
import { checkDataCommand, prepareDataCommand } from './cli/prepareData'
import { runsCommand } from './cli/runs'
import { trainCommand } from './cli/train'
import { exitCodes } from './endings'

/** The command line: the same engine and library as the app, in plain Node. */
const program = new Command('residuum')
  .description('Draw, train, inspect and compare convolutional image classifiers.')
  .addCommand(trainCommand())
  .addCommand(evaluateCommand())
  .addCommand(architectureCommand())
  .addCommand(runsCommand())
  .addCommand(libraryCommand())
  .addCommand(doctorCommand(), { hidden: true })
  .addCommand(prepareDataCommand())
  .addCommand(checkDataCommand(), { hidden: true })
  .addCommand(benchLoopCommand(), { hidden: true })
  .addCommand(benchLibraryCommand(), { hidden: true })

/** A wrong call and a failure have exit codes of their own; either says why in one line. */
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
}

watchOutput()
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return
    process.stderr.write(`${visible(error.message.split('\n')[0]!)}\n`)
    process.exitCode = exitCodes.usage
    return
  }
  process.stderr.write(`error: ${errorText(describeError(error))}\n`)
  process.exitCode = exitCodes.failed
})
