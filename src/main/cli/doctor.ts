import { Command } from 'commander'
import { exitCodes } from '../endings'
import { examineBackend } from '../engine/doctor'

/** `doctor`: which TensorFlow and device are used, and what is missing. Exits with 1 when training cannot work. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say which TensorFlow and device are used and what is missing.')
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }) => {
      const report = await examineBackend()
      if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
      else for (const { ok, text } of report.findings) process.stdout.write(`${ok ? 'ok   ' : 'FAIL '} ${text}\n`)
      if (!report.ok) process.exitCode = exitCodes.failed
    })
}
