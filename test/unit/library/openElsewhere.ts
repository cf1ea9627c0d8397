import { Library } from '../../../src/main/library/library'
import { createRun } from '../../../src/main/run/folder'
import { describeError } from '../../../src/shared/errors'
import { presetExperiment } from '../../../src/shared/presets'

/**
 * Run by several processes: opens the library in a folder at a given time, adds a run, sees it in the list, and says how
 * it went.
 */
const [folder, time] = process.argv.slice(2) as [string, string]

async function work(): Promise<string> {
  const library = await Library.open(folder)
  try {
    const { id } = await createRun(folder, presetExperiment('lenet-5'))
    await library.refresh()
    return library.getRun(id).id === id ? 'ok' : 'another run'
  } finally {
    await library.close()
  }
}

while (Date.now() < Number(time)) {
  // All begin at once.
}
work().then(
  (result) => process.stdout.write(result),
  (error: unknown) => process.stdout.write(describeError(error).code)
)
