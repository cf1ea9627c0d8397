import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { temporaryFolder } from '../support'

const root = join(import.meta.dirname, '../../..')

const find = (program: string): string => {
  const found = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, program)))
  if (!found) throw new Error(`${program} is not on the path`)
  return join(found, program)
}

/** Python itself: what is called so on the path may be a script with needs of its own. */
const python = (): string =>
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim()

export interface Outcome {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Which pretended programs did work meanwhile, in order. */
  work: string[]
}

export interface Started {
  child: ChildProcess
  /** What it has said so far. */
  said(): string
  ended: Promise<Omit<Outcome, 'work'>>
}

/** Waits until something holds; the test's own time limit ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/**
 * A checkout in a temporary folder with the real scripts. The programs that they start are pretended, so that a whole
 * set-up takes a moment and no network; each notes its work. `CRASH=npm` lets one kill set-up half-way, with `SLOW` npm
 * waits for the file `go`.
 */
export class Checkout {
  readonly folder = temporaryFolder()
  readonly root = join(this.folder, 'checkout')
  readonly cache = join(this.folder, 'cache')
  readonly bin = join(this.folder, 'bin')
  readonly #log = join(this.folder, 'work.log')

  constructor() {
    cpSync(join(root, 'scripts'), join(this.root, 'scripts'), { recursive: true })
    this.write('checkout/package.json', '{ "name": "residuum", "type": "module" }')
    this.write('checkout/package-lock.json', JSON.stringify({ packages: lock }))
    this.write('checkout/electron.vite.config.ts', '')
    this.write('checkout/src/main.ts', '1')
    mkdirSync(join(this.root, 'resources'))
    for (const [path, text] of Object.entries(packages)) this.write(`packages/${path}`, text)
    for (const [path, text] of Object.entries(programs)) this.program(path, text)
    for (const program of ['sh', 'cp', 'rm', 'mkdir', 'sleep', 'flock']) {
      symlinkSync(find(program), join(this.bin, program))
    }
    symlinkSync(process.execPath, join(this.bin, 'node'))
    this.write('work.log', '')
    makeWheel(join(this.folder, 'wheel.whl'))
  }

  get #environment(): Record<string, string> {
    return {
      PATH: this.bin,
      HOME: this.folder,
      RESIDUUM_CACHE: this.cache,
      RESIDUUM_CIFAR10: join(this.folder, 'official'),
      TEST_FOLDER: this.folder,
      TEST_PYTHON: python()
    }
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Puts a shell script on the path. */
  program(name: string, body: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${body}\n`)
    chmodSync(join(this.bin, name), 0o755)
  }

  work = (): string[] => readFileSync(this.#log, 'utf8').split('\n').filter(Boolean)

  /** Runs one of the scripts to its end. */
  run(script: string, args: string[] = [], env: Record<string, string> = {}): Outcome {
    const before = this.work().length
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [join('scripts', script), ...args], {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...this.#environment, ...env }
    })
    return { status, signal, stdout, stderr, work: this.work().slice(before) }
  }

  train = (env: Record<string, string> = {}): Outcome => this.run('command.mjs', ['train'], env)

  /** Starts the command line and does not wait for it. */
  start(env: Record<string, string> = {}): Started {
    const child = spawn(process.execPath, ['scripts/command.mjs', 'train'], {
      cwd: this.root,
      env: { ...this.#environment, ...env }
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const ended = new Promise<Omit<Outcome, 'work'>>((resolve) =>
      // Not on `close`: what it leaves behind keeps its outputs open.
      child.on('exit', (status, signal) => setImmediate(() => resolve({ status, signal, stdout, stderr })))
    )
    return { child, said: () => stderr, ended }
  }
}

const own = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '*']))
const lock = {
  '': { dependencies: own('@tensorflow/tfjs-node-gpu', 'libsql') },
  'node_modules/@tensorflow/tfjs-node-gpu': {},
  'node_modules/libsql': { dependencies: own('inner') },
  'node_modules/libsql/node_modules/inner': {},
  'node_modules/electron': { dev: true },
  'node_modules/electron-vite': { dev: true }
}

/** What the pretended npm installs. */
const packages = {
  '@tensorflow/tfjs-node-gpu/package.json': '{ "main": "index.js" }',
  '@tensorflow/tfjs-node-gpu/index.js': "require('./lib/napi-v8/tfjs_binding.node')",
  '@tensorflow/tfjs-node-gpu/binding/a.cc': '',
  'libsql/package.json': '{ "main": "index.js" }',
  'libsql/index.js': "module.exports = require('inner')",
  'libsql/node_modules/inner/package.json': '{ "main": "index.js" }',
  'libsql/node_modules/inner/index.js': 'module.exports = 1',
  'electron/install.js': `
    const fs = require('node:fs')
    require('node:fs').appendFileSync(process.env.TEST_FOLDER + '/work.log', 'electron\\n')
    fs.mkdirSync('dist', { recursive: true })
    for (const [name, text] of [['electron', 'program'], ['v8.bin', 'data']]) fs.writeFileSync('dist/' + name, text)
    fs.writeFileSync('path.txt', 'electron')`,
  'electron-vite/bin/electron-vite.js': `
    const fs = require('node:fs')
    fs.appendFileSync(process.env.TEST_FOLDER + '/work.log', 'build\\n')
    fs.mkdirSync('out/main', { recursive: true })
    fs.writeFileSync('out/main/cli.cjs', fs.readFileSync(process.env.TEST_FOLDER + '/cli.cjs'))
    if (process.env.CRASH === 'build') process.kill(process.ppid, 'SIGKILL')
    fs.writeFileSync('out/main/chunk.cjs', 'module.exports = "trained"')`,
  // Beside the packages, so that one place holds what is pretended.
  '../cli.cjs': `
    const fs = require('node:fs')
    const [, , command] = process.argv
    const folder = process.env.RESIDUUM_CACHE + '/datasets/cifar10'
    if (command === 'prepare-data') {
      fs.appendFileSync(process.env.TEST_FOLDER + '/work.log', 'data\\n')
      fs.rmSync(folder, { recursive: true, force: true })
      fs.mkdirSync(folder, { recursive: true })
      fs.writeFileSync(folder + '/train.images.u8', 'pictures')
      if (process.env.CRASH === 'data') process.kill(process.ppid, 'SIGKILL')
      fs.writeFileSync(folder + '/dataset.json', '{}')
    } else if (command === 'doctor') {
      if (process.env.CRASH === 'doctor') process.kill(process.pid, 'SIGBUS')
      const device = { kind: process.env.TEST_DEVICE ?? 'cpu' }
      console.log(JSON.stringify({ ok: true, device, findings: [{ ok: true, text: 'loaded' }] }))
    } else {
      require('libsql')
      console.log(require('./chunk.cjs'), process.env.CUDA_VISIBLE_DEVICES ?? '')
    }`
}

const crash = (name: string) => `if [ "$CRASH" = ${name} ]; then kill -9 $PPID; exit 1; fi`

const programs = {
  npm: `
    echo npm >> "$TEST_FOLDER/work.log"
    rm -rf node_modules
    mkdir node_modules
    cp -R "$TEST_FOLDER/packages/libsql" node_modules
    ${crash('npm')}
    while [ "$SLOW" ] && ! [ -e "$TEST_FOLDER/go" ]; do sleep 0.02; done
    cp -R "$TEST_FOLDER/packages/." node_modules
    echo "npm ended" >> "$TEST_FOLDER/work.log"`,
  python3: `
    case "$*" in
      *"pip --version"*) exit 0;;
      *"pip download"*) ;;
      *) exec "$TEST_PYTHON" "$@";;
    esac
    while [ "$1" != --dest ]; do shift; done
    read -r wheel < "$2/requirements.txt"
    echo "\${wheel%% *}" >> "$TEST_FOLDER/work.log"
    ${crash('pip')}
    cp "$TEST_FOLDER/wheel.whl" "$2/one.whl"`,
  'g++': `
    if [ "$1" = --version ]; then exit 0; fi
    echo g++ >> "$TEST_FOLDER/work.log"
    for word in "$@"; do
      case "$word" in
        -I*/tensorflow/include) if ! [ -f "\${word#-I}/tensorflow/c_api.h" ]; then echo "no c_api.h" >&2; exit 1; fi;;
      esac
      last="$word"
    done
    echo half > "$last"
    ${crash('g++')}
    echo "the addon" > "$last"`,
  ldd: 'exit 0',
  'apt-get': 'exit 1'
}

/** A wheel as zip, with ptxas alone marked as a program. */
function makeWheel(file: string): void {
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for name, mode in [
        ('tensorflow/libtensorflow_cc.so.2', 0o644),
        ('tensorflow/libtensorflow_framework.so.2', 0o644),
        ('tensorflow/include/tensorflow/c_api.h', 0o644),
        ('tensorflow/python/unused.py', 0o644),
        ('nvidia/cuda_nvcc/bin/ptxas', 0o755),
        ('nvidia/cuda_nvrtc/lib/libnvrtc.so.12', 0o644),
    ]:
        info = zipfile.ZipInfo(name)
        info.external_attr = (0o100000 | mode) << 16
        archive.writestr(info, 'contents of ' + name)
`
  const { status, stderr } = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
