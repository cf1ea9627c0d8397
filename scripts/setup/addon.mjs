import { readFileSync } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError } from './log.mjs'
import { root } from './folders.mjs'
import { damages, problemWith, writeRecord } from './record.mjs'
import { exists, run } from './run.mjs'
import { TENSORFLOW_VERSION, tensorflowFolder } from './tensorflow.mjs'

const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu')
const target = join(packageFolder, 'lib/napi-v8')
const ADDON = 'tfjs_binding.node'
/** Ours, compiled into the addon. */
const own = join(root, 'scripts/setup/logLevel.cc')

const OPTIONS = ['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding']

/** It is of one TensorFlow, where that lies, of how it was compiled, and of what is ours in it. */
const record = () => ({
  file: join(target, 'tensorflow.json'),
  folder: target,
  key: [TENSORFLOW_VERSION, tensorflowFolder(), ...OPTIONS, readFileSync(own, 'utf8')].join(' ')
})

export const addonStep = {
  title: 'TensorFlow addon',
  problem: () => problemWith(record()),
  damages: () => damages(record()),
  describe: () => 'compiled by g++ from the npm package, about 10 s',
  run: async () => {
    if (!exists('g++')) {
      throw new SetupError('No C++ compiler was found. Install g++ (Debian: apt-get install g++) and try again.')
    }
    await mkdir(target, { recursive: true })
    const libraries = tensorflowFolder()
    const sources = (await readdir(join(packageFolder, 'binding'))).filter((name) => name.endsWith('.cc'))
    const partial = join(target, `${ADDON}.partial`)
    await run(
      'g++',
      [
        ...OPTIONS,
        `-I${packageFolder}`,
        `-I${join(root, 'node_modules/node-api-headers/include')}`,
        `-I${join(libraries, 'include')}`,
        ...sources.map((name) => join(packageFolder, 'binding', name)),
        own,
        `-L${libraries}`,
        ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${libraries}`],
        ...['-o', partial]
      ],
      { hint: 'Check that g++ is version 9 or newer and that the disk is not full, then try again.' }
    )
    await rename(partial, join(target, ADDON))
    writeRecord(record(), [ADDON])
  }
}
