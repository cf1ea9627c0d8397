import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { takeOwnership, withOwnership, type Ownership } from '../../../src/main/run/owner'
import { describeError } from '../../../src/shared/errors'

/** A process of its own that takes folders as it is told on standard input, a line each, and answers with a line. */
const held = new Map<string, Ownership>()

async function obey([command, folder, argument]: string[]): Promise<string> {
  switch (command) {
    case 'take':
      while (Date.now() < Number(argument)) {
        // All begin at once.
      }
      held.set(folder!, await takeOwnership(folder!))
      return 'taken'
    case 'release':
      await held.get(folder!)!.release()
      return 'released'
    default:
      for (let times = Number(argument); times > 0; times--) await withOwnership(folder!, () => increase(`${folder}/n`))
      return 'counted'
  }
}

/** Loses counts where two do it at once. */
async function increase(file: string): Promise<void> {
  const before = Number(readFileSync(file, 'utf8'))
  await new Promise((resolve) => setTimeout(resolve, 1))
  writeFileSync(file, String(before + 1))
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void obey(JSON.parse(line) as string[])
    .catch((error: unknown) => describeError(error).code)
    .then((answer) => process.stdout.write(`${answer}\n`))
})
