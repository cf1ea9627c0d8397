import { Command, CommanderError } from 'commander'
import { describeError, formatMessage } from '../shared/errors'
import messages from '../shared/messages/en.json'
import { architectureCommand } from './cli/architecture'
import { benchLoopCommand } from './cli/benchLoop'
import { doctorCommand } from './cli/doctor'
import { evaluateCommand } from './cli/evaluate'
import { checkDataCommand, prepareDataCommand } from './cli/prepareData'
import { trainCommand } from './cli/train'

/** The command line: the same engine and library as the app, in plain Node. */
const program = new Command('residuum')
  .description('Draw, train, inspect and compare convolutional image classifiers.')
  .addCommand(trainCommand())
  .addCommand(evaluateCommand())
  .addCommand(architectureCommand())
  .addCommand(doctorCommand())
  .addCommand(prepareDataCommand())
  .addCommand(checkDataCommand(), { hidden: true })
  .addCommand(benchLoopCommand(), { hidden: true })

/** A wrong call exits with 2, a failure with 1; either says why in one line. */
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return
    process.stderr.write(`${error.message.split('\n')[0]}\n`)
    process.exitCode = 2
    return
  }
  const { code, parameters } = describeError(error)
  process.stderr.write(`error: ${formatMessage(messages.error[code], parameters)}\n`)
  process.exitCode = 1
})
