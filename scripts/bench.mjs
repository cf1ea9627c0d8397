import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { tie } from './children.mjs'
import { cache, root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/**
 * `npm run bench -- --python PYTHON [--case NAME ...] [--rounds N] [--seconds N] [--json]`: pictures a second of
 * each case, input pipeline included, beside the same network in PyTorch eager and torch.compile. The processes
 * are loaded once and take turns, so that a change in the machine's speed meets all; figures are medians, ratios
 * are medians of each round's own. `--profile` says instead what each op of our step costs. The case `library` has no
 * counterpart: it makes a library of many runs and says what it takes to open, list, draw, follow and rebuild it.
 */
const usage =
  'usage: npm run bench -- --python PYTHON_WITH_TORCH [--case NAME ...] [--rounds N] [--seconds N] [--no-compile] [--json]\n' +
  '       npm run bench -- --profile [--case NAME ...] [--json]\n' +
  '       npm run bench -- --case library [--runs N] [--points N] [--json]'
/** The cases of bench-loop and pytorch_loop.py that are compared, and what they are. */
const cases = {
  'seed-resnet': 'seed ResNet, 96x96, batch 64, training',
  'resnet-20': 'ResNet-20, 32x32, batch 128, training',
  'lenet-5': 'LeNet-5, 32x32, batch 256, training',
  'seed-resnet-evaluation': 'seed ResNet, 96x96, batch 128, evaluation'
}
const LIBRARY = 'library'
const options = {
  python: { type: 'string' },
  case: { type: 'string', multiple: true, default: Object.keys(cases) },
  rounds: { type: 'string', default: '7' },
  seconds: { type: 'string', default: '6' },
  'no-compile': { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  runs: { type: 'string', default: '2000' },
  points: { type: 'string', default: '20000000' },
  json: { type: 'boolean', default: false }
}
let values
try {
  ;({ values } = parseArgs({ options }))
  const unknown = values.case.find((name) => name !== LIBRARY && !Object.hasOwn(cases, name))
  const known = [...Object.keys(cases), LIBRARY]
  if (unknown) throw new Error(`there is no case ${unknown}; cases: ${known.join(', ')}`)
  if (!values.profile && !values.python && compared().length > 0) throw new Error('--python is missing')
  for (const name of ['runs', 'points']) {
    if (!Number.isSafeInteger(Number(values[name])) || Number(values[name]) < 1) throw new Error(`${name} are positive`)
  }
  if (!(Number(values.rounds) >= 1) || !(Number(values.seconds) > 0)) throw new Error('rounds and seconds are positive')
} catch (error) {
  say(`${error.message.split('\n')[0]}\n${usage}`)
  process.exit(2)
}
await setUp(compared().length > 0 ? needs.engine : needs.records)

const cli = join(root, 'out/main/cli.cjs')
const loop = join(root, 'test/bench/pytorch_loop.py')
const dataset = join(cache, 'datasets/cifar10')

/** The cases that train or evaluate. */
function compared() {
  return values.case.filter((name) => name !== LIBRARY)
}

/** Needs neither TensorFlow nor PyTorch. */
async function benchLibrary() {
  const args = ['bench-library', '--runs', values.runs, '--points', values.points]
  const child = tie(spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] }))
  let text = ''
  for await (const part of child.stdout.setEncoding('utf8')) text += part
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode !== 0) process.exit(1)
  if (values.json) return void process.stdout.write(text)
  for (const [name, figure] of Object.entries(JSON.parse(text))) {
    process.stdout.write(`${name.padEnd(24)} ${figure}\n`)
  }
}

/** A process that runs one round for each line it gets and answers with one of JSON. */
function contestant(command, args) {
  const child = tie(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.on('error', (error) => {
    say(`${command} could not be started: ${error.message}`)
    process.exit(1)
  })
  const answer = async () => {
    const { value, done } = await answers.next()
    if (done) {
      say(`${command} ended early`)
      process.exit(1)
    }
    return JSON.parse(value)
  }
  return {
    answer,
    round: () => {
      child.stdin.write('\n')
      return answer()
    },
    end: () => {
      child.stdin.end()
      return new Promise((resolve) => child.once('exit', resolve))
    }
  }
}

const ours = (name, steps, more = []) =>
  contestant(process.execPath, [cli, 'bench-loop', '--case', name, '--steps', String(steps), ...more])
const theirs = (name, steps, more = []) =>
  contestant(values.python, [loop, dataset, '--case', name, '--steps', String(steps), ...more])

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
const per = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

async function profile(name) {
  const process_ = ours(name, 1, ['--profile'])
  const { ops } = await process_.answer()
  await process_.end()
  const total = ops.reduce((sum, { seconds }) => sum + seconds, 0)
  if (values.json) return void process.stdout.write(`${JSON.stringify({ case: name, seconds: total, ops })}\n`)
  process.stdout.write(`${cases[name]}: ${(1000 * total).toFixed(1)} ms, each op measured alone\n`)
  for (const { op, shapes, count, seconds, where } of ops.slice(0, 15)) {
    const share = `${((100 * seconds) / total).toFixed(1)}%`.padStart(6)
    const time = `${(1000 * seconds).toFixed(1)} ms`.padStart(9)
    process.stdout.write(`${share} ${time}  ${count} x ${op} ${shapes.join(' ')}  (${where[0]})\n`)
  }
}

async function compare(name) {
  // A short round of ours says how many steps fill the wanted time.
  const first = ours(name, 3)
  const { peakFlops, flopsPerPicture } = await first.answer()
  await first.round()
  const started = performance.now()
  await first.round()
  const steps = Math.max(2, Math.round((3 * 1000 * Number(values.seconds)) / (performance.now() - started)))
  await first.end()

  const contestants = {
    ours: ours(name, steps),
    pytorchEager: theirs(name, steps),
    ...(values['no-compile'] ? {} : { pytorchCompile: theirs(name, steps, ['--compile']) })
  }
  await contestants.ours.answer()
  // The first round of each warms caches, or compiles, and is not counted.
  for (const each of Object.values(contestants)) await each.round()
  const rounds = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const figures = {}
    for (const [key, each] of Object.entries(contestants)) figures[key] = await each.round()
    rounds.push(figures)
    const rates = Object.entries(figures).map(
      ([key, { picturesPerSecond }]) => `${key} ${picturesPerSecond.toFixed(1)}`
    )
    say(`${name}, round ${round + 1}: ${rates.join(', ')} pictures/s`)
  }
  for (const each of Object.values(contestants)) await each.end()
  const rate = (key) => median(rounds.map((round) => round[key].picturesPerSecond))
  const ratio = (key) => median(rounds.map((round) => round.ours.picturesPerSecond / round[key].picturesPerSecond))
  const memory = (key) => rounds.at(-1)[key].peakMemory
  const compiled = 'pytorchCompile' in contestants
  const result = {
    case: name,
    ours: rate('ours'),
    pytorchEager: rate('pytorchEager'),
    pytorchCompile: compiled ? rate('pytorchCompile') : null,
    ratioEager: ratio('pytorchEager'),
    ratioCompile: compiled ? ratio('pytorchCompile') : null,
    peakMemoryOurs: memory('ours'),
    peakMemoryPytorch: memory('pytorchEager'),
    matrixProductPeak: peakFlops,
    shareOfPeak: (rate('ours') * flopsPerPicture) / peakFlops
  }
  if (values.json) return void process.stdout.write(`${JSON.stringify(result)}\n`)
  const against = (label, key, share) => `${label} ${result[key].toFixed(1)} (ratio ${share.toFixed(3)})`
  process.stdout.write(
    `${cases[name]}: Residuum ${result.ours.toFixed(1)} pictures/s, ` +
      [
        against('PyTorch eager', 'pytorchEager', result.ratioEager),
        ...(compiled ? [against('torch.compile', 'pytorchCompile', result.ratioCompile)] : [])
      ].join(', ') +
      `\n  peak memory ${per(result.peakMemoryOurs)} and ${per(result.peakMemoryPytorch)} (eager); ` +
      `${(100 * result.shareOfPeak).toFixed(0)}% of this machine's ${(peakFlops / 1e9).toFixed(0)} GFLOP/s\n`
  )
}

for (const name of values.case) {
  if (name === LIBRARY) await benchLibrary()
  else await (values.profile ? profile(name) : compare(name))
}
