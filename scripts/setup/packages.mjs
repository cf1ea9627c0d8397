import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { recordOf, root } from './folders.mjs'
import { loadedFiles } from './loaded.mjs'
import { NOT_MADE, damages, filesBelow, isRecord, problemWith, writeRecord } from './record.mjs'
import { run } from './run.mjs'

const folder = join(root, 'node_modules')
const lockFile = () => readFileSync(join(root, 'package-lock.json'))
const key = () => createHash('sha256').update(lockFile()).digest('hex')

/** Looking at all 30,000 files takes a moment, so what a finished build loads has a record of its own. */
const loaded = () => recordOf(folder, key(), '.residuum-loaded.json')
const others = () => recordOf(folder, key(), '.residuum-others.json')

/** What npm, Vite and we write there later. */
const isLater = (path) => isRecord(path) || /^\.(package-lock|cache|vite)/.test(path)

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/**
 * @param all whether what builds, checks and tests is needed too
 */
export const packagesStep = (all) => ({
  title: 'npm packages',
  problem: () => problemWith(loaded()) ?? (all() ? problemWith(others()) : null),
  damages: () => {
    const found = [...damages(loaded()), ...damages(others())]
    return found.includes(NOT_MADE) ? [NOT_MADE] : found
  },
  describe: () => 'as the lock file pins them, about 600 MB unpacked, install scripts off',
  run: async () => {
    await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      hint: 'Check the network and the free disk space, then try again.'
    })
    const paths = loadedFiles(root)
    const rest = filesBelow(folder, isLater).filter((path) => !paths.has(path))
    writeRecord(others(), rest)
    writeRecord(loaded(), [...paths])
  }
})
