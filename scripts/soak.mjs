import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { runTied } from './children.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/**
 * `npm run soak -- [--kills N] [--seed N]`: trainings of the command line and of the app killed at random moments, five
 * times as many as in `npm test`.
 */
const options = { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } }
let values
try {
  ;({ values } = parseArgs({ options }))
  if (!Object.values(values).every((text) => Number.isSafeInteger(Number(text)) && Number(text) >= 1)) {
    throw new Error('kills and seed are whole numbers from 1 on')
  }
} catch (error) {
  say(`${error.message.split('\n')[0]}\nusage: npm run soak -- [--kills N] [--seed N]`)
  process.exit(2)
}
await setUp(needs.tests)
const env = { ...process.env, RESIDUUM_KILLS: values.kills, RESIDUUM_SEED: values.seed }
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const command = [process.execPath, vitest, 'run', 'test/engine/kill.test.ts', 'test/e2e/kills.test.ts']
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY)
const [program, ...args] = hasDisplay ? command : ['xvfb-run', '-a', '-s', '-screen 0 1920x1200x24', ...command]
process.exit(await runTied(program, args, { cwd: root, env, family: !hasDisplay }))
