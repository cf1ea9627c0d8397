import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { SetupError, say } from './log.mjs'
import { electronBinary } from './electron.mjs'
import { NOT_MADE } from './record.mjs'
import { exists, run } from './run.mjs'

/** Debian's packages that Electron needs beyond a minimal system, and those for a virtual display. */
const WINDOW = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2']
const VIRTUAL_DISPLAY = ['xvfb', 'xauth']

function missingLibraries() {
  const binary = electronBinary()
  if (process.platform !== 'linux' || !binary) return []
  const output = execFileSync('ldd', [binary], { encoding: 'utf8' })
  return output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
}

/** System libraries for the window; with `display` also a virtual one for the end-to-end tests. */
export const systemStep = ({ display = false } = {}) => {
  const packages = () => [
    ...(missingLibraries().length > 0 ? WINDOW : []),
    ...(display && process.platform === 'linux' && !exists('Xvfb', ['-help']) ? VIRTUAL_DISPLAY : [])
  ]
  return {
    title: 'system libraries',
    problem: () => (packages().length === 0 ? null : NOT_MADE),
    damages: () => [],
    describe: () => `${packages().join(' ')} from the distribution`,
    run: async () => {
      const wanted = packages()
      const command = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`
      if (process.getuid?.() !== 0 || !exists('apt-get')) {
        const missing = missingLibraries()
        throw new SetupError(
          `${missing.length > 0 ? `Electron lacks ${missing.join(', ')}` : 'The tests lack a virtual display'}. ` +
            `Run: sudo ${command}`
        )
      }
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
      say(`    ${command}`)
      await run('apt-get', ['update'], { env, outlived: true })
      await run('apt-get', command.split(' ').slice(1), {
        env,
        outlived: true,
        hint: 'Check the network and try again.'
      })
      const missing = missingLibraries()
      if (missing.length > 0) {
        throw new SetupError(`Electron still lacks ${missing.join(', ')}. Install what provides them and try again.`)
      }
    }
  }
}
