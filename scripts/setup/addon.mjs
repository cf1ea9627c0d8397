import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError } from './log.mjs'
import { root } from './folders.mjs'
import { exists, run } from './run.mjs'
import { TENSORFLOW_VERSION, tensorflowFolder } from './tensorflow.mjs'

const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu')
const target = join(packageFolder, 'lib/napi-v8')
const addon = join(target, 'tfjs_binding.node')
/** Ours, compiled into the addon. */
const own = join(root, 'scripts/setup/logLevel.cc')
/** Which TensorFlow the addon was linked with, and what of ours is in it. */
const record = join(target, 'tensorflow.json')
const inputs = () => ({ folder: tensorflowFolder(), version: TENSORFLOW_VERSION, own: readFileSync(own, 'utf8') })

export const addonStep = {
  title: 'TensorFlow addon',
  ready: () => existsSync(addon) && existsSync(record) && readFileSync(record, 'utf8') === JSON.stringify(inputs()),
  describe: () => 'compiled by g++ from the npm package, about 10 s',
  run: async () => {
    if (!exists('g++')) {
      throw new SetupError('No C++ compiler was found. Install g++ (Debian: apt-get install g++) and try again.')
    }
    await mkdir(target, { recursive: true })
    const libraries = tensorflowFolder()
    const sources = (await readdir(join(packageFolder, 'binding'))).filter((name) => name.endsWith('.cc'))
    const partial = `${addon}.partial`
    await run(
      'g++',
      [
        ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
        `-I${packageFolder}`,
        `-I${join(root, 'node_modules/node-api-headers/include')}`,
        `-I${join(libraries, 'include')}`,
        ...sources.map((name) => join(packageFolder, 'binding', name)),
        own,
        `-L${libraries}`,
        ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${libraries}`],
        ...['-o', partial]
      ],
      { hint: 'Check that g++ is version 9 or newer.' }
    )
    await rename(partial, addon)
    await writeFile(record, JSON.stringify(inputs()))
  }
}
