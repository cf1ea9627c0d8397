import { Command } from 'commander'
import { checkArchitecture, countParameters } from '../../shared/architecture/check'
import { requireKnownAttributes } from '../../shared/architecture/unknown'
import { describeProblem, formatShape } from '../../shared/architecture/problems'
import { teachingWarnings } from '../../shared/architecture/teach'
import { pytorchCode } from '../../shared/architecture/pytorch/module'
import { jsonLine } from '../../shared/text/visible'
import { exitCodes } from '../endings'
import { readArchitecture } from './documents'
import { table } from './table'

/** `architecture show|check|pytorch`: what a drawing amounts to, what is wrong with it (exit code 1), its PyTorch code. */
export function architectureCommand(): Command {
  const command = new Command('architecture').description('Show or check an architecture.')
  const argument = ['<file-or-preset>', 'an architecture’s JSON file or a preset’s name'] as const
  command
    .command('show')
    .description('List layers with output shapes, parameters and multiply-adds.')
    .argument(...argument)
    .option('--json', 'as one JSON object')
    .action(async (nameOrFile: string, { json }: { json?: boolean }) => {
      const { checked, problems } = checkArchitecture(await readArchitecture(nameOrFile))
      if (!checked) return reportProblems(problems.map(describeProblem), json)
      const layers = checked.layers.map(({ path, kind, outputShape, parameters, multiplyAdds }) => ({
        name: path,
        kind,
        outputShape,
        parameters: countParameters(parameters),
        multiplyAdds
      }))
      if (json) return print(jsonLine({ layers, totals: checked.totals }))
      const rows = layers.map(({ name, kind, outputShape, parameters, multiplyAdds }) => [
        name,
        kind,
        formatShape(outputShape),
        parameters.toLocaleString('en'),
        multiplyAdds.toLocaleString('en')
      ])
      const { totals } = checked
      const last = ['total', '', '', totals.parameters.toLocaleString('en'), totals.multiplyAdds.toLocaleString('en')]
      print(table([['layer', 'kind', 'output', 'parameters', 'multiply-adds'], ...rows, last]))
    })
  command
    .command('check')
    .description('Say what is wrong, if anything.')
    .argument(...argument)
    .option('--json', 'as one JSON object')
    .action(async (nameOrFile: string, { json }: { json?: boolean }) => {
      const architecture = await readArchitecture(nameOrFile)
      const result = checkArchitecture(architecture)
      if (result.problems.length > 0) return reportProblems(result.problems.map(describeProblem), json)
      // Those of layers that nothing is joined to, and of blocks that nobody uses.
      requireKnownAttributes(architecture, nameOrFile)
      const warnings = [...result.warnings, ...teachingWarnings(result)].map(describeProblem)
      if (json) return print(jsonLine({ problems: [], warnings }))
      print([...warnings.map((warning) => `warning: ${warning}`), 'no problems'].join('\n'))
    })
  command
    .command('pytorch')
    .description('Print the architecture as a PyTorch module.')
    .argument(...argument)
    .action(async (nameOrFile: string) => {
      process.stdout.write(pytorchCode(await readArchitecture(nameOrFile)))
    })
  return command
}

function reportProblems(problems: string[], json: boolean | undefined): void {
  print(json ? jsonLine({ problems }) : problems.join('\n'))
  process.exitCode = exitCodes.failed
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)
