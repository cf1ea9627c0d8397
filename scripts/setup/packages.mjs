import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './folders.mjs'
import { run } from './run.mjs'

const stamp = join(root, 'node_modules/.residuum-lock')
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

export const packagesStep = {
  title: 'npm packages',
  ready: () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(),
  describe: () => 'as the lock file pins them, about 600 MB unpacked, install scripts off',
  run: async () => {
    await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      hint: 'Check the network and the free disk space, then try again.'
    })
    writeFileSync(stamp, lockHash())
  }
}
