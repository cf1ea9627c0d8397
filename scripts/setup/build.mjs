import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { recordOf, root } from './folders.mjs'
import { damages, problemWith, writeRecord } from './record.mjs'
import { run } from './run.mjs'

const out = join(root, 'out')

let hashed = null

/** A hash of everything the build reads, as it was when this process first asked: what changes later is built next time. */
const sourceHash = () => (hashed ??= hashSources())

function hashSources() {
  const hash = createHash('sha256')
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = join(path, entry.name)
      if (entry.isDirectory()) visit(child)
      else hash.update(child).update(readFileSync(join(root, child)))
    }
  }
  for (const folder of ['src', 'resources']) visit(folder)
  for (const file of ['electron.vite.config.ts', 'package-lock.json', 'package.json']) {
    hash.update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

export const buildStep = {
  title: 'build',
  problem: () => problemWith(recordOf(out, sourceHash())),
  damages: () => damages(recordOf(out, sourceHash())),
  describe: () => 'main process, preload and window, about 10 s',
  run: async () => {
    const hash = sourceHash()
    rmSync(out, { recursive: true, force: true })
    await run(process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], {
      cwd: root
    })
    writeRecord(recordOf(out, hash))
  }
}
