import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { root } from '../setup/folders.mjs'
import { say } from '../setup/log.mjs'
import { run } from '../setup/run.mjs'

/**
 * The libraries that the window is looked at with. All that is in them was trained by the command line, briefly: a
 * usual one of six runs and a crowded one of forty, with long names, runs that failed and runs of one recipe by several seeds.
 */
const LIMITS = ['--train-limit', '2000', '--test-limit', '1000']
const FEW = ['--train-limit', '400', '--test-limit', '200']

/** Arguments of `train` for each run. */
const usual = [
  ['--preset', 'lenet-5', '--epochs', '8', '--learning-rate', '0.05', ...LIMITS],
  ['--preset', 'lenet-5', '--epochs', '8', '--learning-rate', '0.01', ...LIMITS],
  ['--preset', 'lenet-5', '--epochs', '8', '--optimizer', 'Adam', '--diagnostics-every', '4', ...LIMITS],
  ['--preset', 'resnet-20', '--epochs', '2', ...LIMITS],
  ['--preset', 'seed-resnet', '--epochs', '2', ...FEW],
  ['--preset', 'resnet-20', '--epochs', '3', '--seed', '1', '--diagnostics-every', '4', ...LIMITS]
]
/** Its loss is no number soon: the run ends as failed. */
const DIVERGING = ['--preset', 'lenet-5', '--epochs', '3', '--learning-rate', '90', ...FEW]
const crowded = [
  ...[0.001, 0.003, 0.01, 0.03, 0.1, 0.3].flatMap((rate) =>
    [0, 1, 2].map((seed) => [
      ...['--preset', 'lenet-5', '--epochs', String(3 + seed), '--learning-rate', String(rate), '--seed', String(seed)],
      ...FEW
    ])
  ),
  ...['Adam', 'AdamW', 'RMSprop'].flatMap((optimizer) =>
    [0, 1, 2, 3].map((seed) => [
      ...['--preset', 'lenet-5', '--epochs', '4', '--optimizer', optimizer, '--seed', String(seed)],
      ...['--schedule', seed % 2 ? 'cosine' : 'constant', ...FEW]
    ])
  ),
  DIVERGING,
  ...['vgg-11', 'resnet-9', 'plain-20', 'resnet-20', 'googlenet-small', 'seed-resnet'].map((preset) => [
    ...['--preset', preset, '--epochs', '1', '--train-limit', '128', '--test-limit', '100', '--batch-size', '32']
  ]),
  ['--preset', 'resnet-20', '--epochs', '4', '--diagnostics-every', '2', ...FEW],
  ['--preset', 'lenet-5', '--epochs', '60', '--validation-share', '0.2', '--diagnostics-every', '4', ...FEW]
]
const recipes = { empty: [], usual, crowded }
export const libraryNames = Object.keys(recipes)

/** The library of that name below `folder`; trained where it is not there yet. */
export async function libraryFor(folder, name) {
  const library = join(folder, name)
  if (existsSync(library)) return library
  const making = `${library}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  for (const [index, recipe] of recipes[name].entries()) {
    say(`${name} library: training ${index + 1} of ${recipes[name].length}`)
    const command = [join(root, 'scripts/command.mjs'), 'train', '--json', '--library', making, ...recipe]
    await run(process.execPath, command, { cwd: root }).catch((error) => {
      if (recipe !== DIVERGING) throw error
    })
  }
  if (name === 'crowded') await nameLong(making)
  await rename(making, library)
  return library
}

/** Gives two runs names as long as names may be, as the user would. */
async function nameLong(library) {
  const folders = (await readdir(join(library, 'runs'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const names = [
    'What came of the learning rate that the second seminar agreed on ',
    '第二次讨论课商定的学习率所得到的结果与说明'
  ]
  for (const [index, name] of names.entries()) {
    const user = {
      name: name.repeat(20).slice(0, 200),
      notes: name.repeat(8),
      tags: ['seminar', 'debug'],
      starred: true
    }
    await writeFile(join(library, 'runs', folders.at(-1 - index), 'user.json'), JSON.stringify(user))
  }
}
