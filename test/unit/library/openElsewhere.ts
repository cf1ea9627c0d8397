import { Library } from '../../../src/main/library/library'
import { describeError } from '../../../src/shared/errors'
import { presetExperiment } from '../../../src/shared/presets'

/** Run by several processes: opens the library in a folder at a given time, adds a run, and says how it went. */
const [folder, time] = process.argv.slice(2) as [string, string]
while (Date.now() < Number(time)) {
  // All begin at once.
}
try {
  const library = Library.open(folder)
  library.createRun(presetExperiment('lenet-5'))
  library.close()
  process.stdout.write('ok')
} catch (error) {
  process.stdout.write(describeError(error).code)
}
