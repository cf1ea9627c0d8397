import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { cache, root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/**
 * `npm run bench -- --python PYTHON [--rounds 5] [--steps 20] [--json]`: training speed of the seed preset,
 * input pipeline included, beside the tutorial's own loop in PyTorch eager. Both processes are loaded
 * once and take turns, so that a change in the machine's speed meets both.
 */
const usage = 'usage: npm run bench -- --python PYTHON_WITH_TORCH [--rounds N] [--steps N] [--json]'
const options = {
  python: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  steps: { type: 'string', default: '20' },
  json: { type: 'boolean', default: false }
}
let values
try {
  ;({ values } = parseArgs({ options }))
  if (!values.python || !(Number(values.rounds) >= 1) || !(Number(values.steps) >= 1)) throw new Error(usage)
} catch (error) {
  say(`${error.message.split('\n')[0]}\n${usage}`)
  process.exit(2)
}
await setUp(needs.engine)

/** A process that runs one round for each line it gets and answers with pictures a second. */
function contestant(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.on('error', (error) => {
    say(`${command} could not be started: ${error.message}`)
    process.exit(1)
  })
  return {
    round: async () => {
      child.stdin.write('\n')
      const { value, done } = await answers.next()
      if (done) {
        say(`${command} ended early`)
        process.exit(1)
      }
      return Number(value)
    },
    end: () => child.stdin.end()
  }
}

const ours = contestant(process.execPath, [join(root, 'out/main/cli.cjs'), 'bench-loop', '--steps', values.steps])
const loop = join(root, 'test/bench/pytorch_loop.py')
const theirs = contestant(values.python, [loop, join(cache, 'datasets/cifar10'), '--steps', values.steps])

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
// The first round of each warms caches and is not counted.
await ours.round()
await theirs.round()
const pairs = []
for (let round = 0; round < Number(values.rounds); round++) {
  const pair = { ours: await ours.round(), pytorch: await theirs.round() }
  pairs.push(pair)
  say(`round ${round + 1}: ${pair.ours.toFixed(1)} and ${pair.pytorch.toFixed(1)} pictures/s`)
}
ours.end()
theirs.end()

const result = {
  case: 'seed-resnet',
  ours: median(pairs.map((pair) => pair.ours)),
  pytorchEager: median(pairs.map((pair) => pair.pytorch)),
  ratioEager: median(pairs.map((pair) => pair.ours / pair.pytorch))
}
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else {
  const { ours: own, pytorchEager, ratioEager } = result
  process.stdout.write(
    `seed-resnet, 96x96, batch 64, training: Residuum ${own.toFixed(1)}, PyTorch eager ${pytorchEager.toFixed(1)} ` +
      `pictures/s, ratio ${ratioEager.toFixed(3)} (medians of ${pairs.length} rounds in turn)\n`
  )
}
