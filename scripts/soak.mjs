import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { runTied } from './children.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run soak -- [--kills N] [--seed N]`: trainings killed at random moments, five times as many as in `npm test`. */
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
await setUp(needs.engine)
const env = { ...process.env, RESIDUUM_KILLS: values.kills, RESIDUUM_SEED: values.seed }
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
process.exit(await runTied(process.execPath, [vitest, 'run', 'test/engine/kill.test.ts'], { cwd: root, env }))
