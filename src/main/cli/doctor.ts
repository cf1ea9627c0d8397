import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { z } from 'zod'
import { examineBackend, type Speeds } from '../engine/doctor'
import { trainingSpeed } from '../engine/speed'
import { number } from './options'
import { exitCodes } from '../endings'

/** Half of the two seconds that the comparison may take. */
const SECONDS = 1

/**
 * `doctor`: what TensorFlow says of itself, as one JSON object, for `npm run doctor`, which adds what set-up made and
 * outlives a crash of TensorFlow. Exits with 1 when training cannot work. With `--speed`, prints pictures a second alone.
 */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Load TensorFlow and say as JSON what it found; used by npm run doctor.')
    .option('--speed <seconds>', 'only measure a small network', number(z.number().positive()))
    .action(async (options: { speed?: number }) => {
      if (options.speed !== undefined) {
        process.stdout.write(`${await trainingSpeed(options.speed)}\n`)
        return
      }
      const report = await examineBackend(measureBoth)
      process.stdout.write(`${JSON.stringify(report)}\n`)
      if (!report.ok) process.exitCode = exitCodes.failed
    })
}

/** The GPU in this process, the CPU in one that sees no GPU. */
async function measureBoth(): Promise<Speeds> {
  const gpu = await trainingSpeed(SECONDS)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [process.argv[1]!, 'doctor', '--speed', `${SECONDS}`],
    {
      env: { ...process.env, CUDA_VISIBLE_DEVICES: '-1' }
    }
  )
  return { gpu, cpu: Number(stdout) }
}
