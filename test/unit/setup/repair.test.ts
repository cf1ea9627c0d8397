import { readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Checkout, until } from './checkout'

const TENSORFLOW = 'tensorflow-cpu==2.20.0'
const FIRST = ['npm', 'npm ended', TENSORFLOW, 'g++', 'build', 'data']

let checkout: Checkout
const inCache = (path: string) => join(checkout.cache, path)
const inRoot = (path: string) => join(checkout.root, path)
const addon = () => inRoot('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node')

beforeEach(() => {
  checkout = new Checkout()
})

describe('set-up makes again what is not as it was made, and nothing else', () => {
  const damages: [string, () => void, string, string[]][] = [
    [
      'libtensorflow deleted',
      () => rmSync(inCache('tensorflow-2.20.0-cpu/tensorflow/libtensorflow_cc.so.2')),
      'tensorflow/libtensorflow_cc.so.2 is missing',
      [TENSORFLOW]
    ],
    [
      'libtensorflow cut off',
      () => writeFileSync(inCache('tensorflow-2.20.0-cpu/tensorflow/libtensorflow_framework.so.2'), 'con'),
      'tensorflow/libtensorflow_framework.so.2 has 3 bytes instead of 51',
      [TENSORFLOW]
    ],
    [
      'headers deleted, and the addon that they make',
      () => {
        rmSync(inCache('tensorflow-2.20.0-cpu/tensorflow/include'), { recursive: true })
        rmSync(addon())
      },
      'tensorflow/include/tensorflow/c_api.h is missing',
      [TENSORFLOW, 'g++']
    ],
    ['addon cut off', () => writeFileSync(addon(), 'the'), 'tfjs_binding.node has 3 bytes instead of 10', ['g++']],
    [
      'addon of other contents and the same size',
      () => writeFileSync(addon(), 'THE ADDON\n'),
      'tfjs_binding.node has other contents',
      ['g++']
    ],
    ['cli.cjs deleted', () => rmSync(inRoot('out/main/cli.cjs')), 'main/cli.cjs is missing', ['build']],
    ['a chunk emptied', () => writeFileSync(inRoot('out/main/chunk.cjs'), ''), 'main/chunk.cjs has 0 bytes', ['build']],
    [
      'libsql deleted',
      () => rmSync(inRoot('node_modules/libsql'), { recursive: true }),
      'libsql/',
      ['npm', 'npm ended', 'g++']
    ],
    [
      'a package deleted that libsql asks for',
      () => rmSync(inRoot('node_modules/libsql/node_modules/inner/index.js')),
      'libsql/node_modules/inner/index.js is missing',
      ['npm', 'npm ended', 'g++']
    ],
    [
      'what builds deleted, and something to build',
      () => {
        rmSync(inRoot('node_modules/electron-vite'), { recursive: true })
        writeFileSync(inRoot('src/main.ts'), '2')
      },
      'electron-vite/bin/electron-vite.js is missing',
      ['npm', 'npm ended', 'g++', 'build']
    ],
    ['pictures cut off', () => writeFileSync(inCache('datasets/cifar10/train.images.u8'), ''), 'has 0 bytes', ['data']],
    [
      'the manifest deleted',
      () => rmSync(inCache('datasets/cifar10/dataset.json')),
      'dataset.json is missing',
      ['data']
    ]
  ]

  it('for each thing that can go', () => {
    expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained \n', work: FIRST })
    expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained \n', stderr: '', work: [] })
    for (const [name, damage, message, work] of damages) {
      damage()
      const outcome = checkout.train()
      expect(outcome, name).toMatchObject({ status: 0, stdout: 'trained \n', work })
      expect(outcome.stderr, name).toContain(message)
    }
    expect(checkout.train()).toMatchObject({ status: 0, stderr: '', work: [] })
  })

  it('takes a record that cannot be read for none', () => {
    checkout.train()
    for (const file of [
      inRoot('node_modules/.residuum-loaded.json'),
      inCache('tensorflow-2.20.0-cpu/.residuum.json'),
      join(addon(), '../tensorflow.json'),
      inRoot('out/.residuum.json'),
      inCache('datasets/cifar10/.residuum.json')
    ]) {
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 60))
    }
    expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained \n', work: FIRST })
  })

  it('makes a half deleted Electron again', () => {
    expect(checkout.run('setup.mjs').work).toEqual([...FIRST, 'electron'])
    for (const name of ['electron', 'v8.bin']) {
      rmSync(inRoot(`node_modules/electron/dist/${name}`))
      const { status, stderr, work } = checkout.run('setup.mjs')
      expect({ status, work }).toEqual({ status: 0, work: ['electron'] })
      expect(stderr).toContain(`dist/${name} is missing`)
    }
  })

  it('looks at a file again whose time alone has changed, once', () => {
    checkout.train()
    const file = inRoot('out/main/cli.cjs')
    const record = () => readFileSync(inRoot('out/.residuum.json'), 'utf8')
    const before = record()
    utimesSync(file, 1, 1)
    expect(checkout.train()).toMatchObject({ status: 0, stderr: '', work: [] })
    expect(record()).not.toBe(before)
    expect(record()).toContain('1000')
  })
})

describe('what sizes and times do not show', () => {
  /** Changes the contents and leaves size and time as they were. */
  const garble = (file: string): void => {
    // The next look takes down a time that can be given again.
    utimesSync(file, 1000, 1000)
    expect(checkout.train()).toMatchObject({ status: 0, work: [] })
    writeFileSync(file, readFileSync(file, 'latin1').replace(/[a-z]/g, '%'), 'latin1')
    utimesSync(file, 1000, 1000)
  }

  it('is found by doctor, which changes nothing, and made again by setup', () => {
    checkout.run('setup.mjs')
    garble(addon())
    garble(inCache('datasets/cifar10/train.images.u8'))
    const doctor = checkout.run('doctor.mjs')
    expect(doctor).toMatchObject({ status: 1, work: [] })
    expect(doctor.stdout).toMatch(/FAIL {2}TensorFlow addon: tfjs_binding.node has other contents\n +npm run setup\n/)
    expect(doctor.stdout).toContain('FAIL  CIFAR-10: train.images.u8 has other contents')
    expect(doctor.stdout).toContain('ok    build: whole')
    expect(checkout.run('setup.mjs')).toMatchObject({ status: 0, work: ['g++', 'data'] })
    const json = checkout.run('doctor.mjs', ['--json'])
    expect(json.status).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, device: { kind: 'cpu' } })
  })

  it('is made again when it fails to load', () => {
    checkout.train()
    garble(inRoot('out/main/cli.cjs'))
    const outcome = checkout.train()
    expect(outcome).toMatchObject({ status: 1, work: ['build'] })
    expect(outcome.stderr).toContain('main/cli.cjs has other contents')
    expect(outcome.stderr).toContain('Run the same command once more')
    expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained \n' })
  })

  it('does not end the doctor where TensorFlow crashes', () => {
    checkout.train()
    const { status, stdout } = checkout.run('doctor.mjs', [], { CRASH: 'doctor' })
    expect(status).toBe(1)
    expect(stdout).toContain('FAIL  the process that loads TensorFlow ended by SIGBUS')
    expect(stdout).toContain('ok    Electron: not set up, which only the window needs')
  })
})

describe('a set-up that is killed', () => {
  for (const step of ['npm', 'pip', 'g++', 'build', 'data']) {
    it(`at ${step} leaves a later try able to succeed`, () => {
      expect(checkout.train({ CRASH: step }).signal).toBe('SIGKILL')
      expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained \n' })
      expect(checkout.train()).toMatchObject({ status: 0, stderr: '', work: [] })
      expect(readdirSync(checkout.cache).filter((name) => name.endsWith('.partial'))).toEqual([])
    })
  }
})

describe('set-ups at once', () => {
  it('wait for one another and do the work once', async () => {
    const all = [1, 2, 3].map(() => checkout.start({ SLOW: '1' }))
    await until(() => all.filter(({ said }) => said().includes('Another set-up')).length === 2)
    checkout.write('go', '')
    for (const { ended } of all) expect(await ended).toMatchObject({ status: 0, stdout: 'trained \n' })
    expect(checkout.work()).toEqual(FIRST)
  })

  it('wait for what a killed one left at work', async () => {
    const first = checkout.start({ SLOW: '1' })
    await until(() => checkout.work().includes('npm'))
    first.child.kill('SIGKILL')
    expect((await first.ended).signal).toBe('SIGKILL')
    const second = checkout.start()
    await until(() => second.said().includes('a download that one left behind, is at work'))
    checkout.write('go', '')
    expect(await second.ended).toMatchObject({ status: 0, stdout: 'trained \n' })
    expect(checkout.work().slice(0, 4)).toEqual(['npm', 'npm ended', 'npm', 'npm ended'])
  })
})
