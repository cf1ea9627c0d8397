import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './folders.mjs'
import { NOT_MADE, damages, filesBelow, problemWith, writeRecord } from './record.mjs'
import { run } from './run.mjs'

const folder = join(root, 'node_modules')
const lockFile = () => readFileSync(join(root, 'package-lock.json'))
const key = () => createHash('sha256').update(lockFile()).digest('hex')

/** Looking at all 30,000 files takes a moment, so what a finished build loads has a record of its own. */
const loaded = () => ({ file: join(folder, '.residuum-loaded.json'), folder, key: key() })
const others = () => ({ file: join(folder, '.residuum-others.json'), folder, key: key() })

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/**
 * @param all whether what builds, checks and tests is needed too
 */
export const packagesStep = (all) => ({
  title: 'npm packages',
  problem: () => problemWith(loaded()) ?? (all() ? problemWith(others()) : null),
  damages: () => {
    const found = [...damages(loaded()), ...damages(others())]
    return found.includes(NOT_MADE) ? [NOT_MADE] : found
  },
  describe: () => 'as the lock file pins them, about 600 MB unpacked, install scripts off',
  run: async () => {
    await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      hint: 'Check the network and the free disk space, then try again.'
    })
    const runtime = runtimeFolders(JSON.parse(lockFile()).packages)
    const paths = new Set(runtime.flatMap(filesOf))
    writeRecord(
      others(),
      filesBelow(folder, isHidden).filter((path) => !paths.has(path))
    )
    writeRecord(loaded(), [...paths])
  }
})

/** npm's own notes and our records. */
const isHidden = (path) => /^\.(residuum|package-lock|cache|vite)/.test(path)

/** The installed folders of the dependencies and of what these need, as the lock file lays them out. */
export function runtimeFolders(packages) {
  const found = new Set()
  const place = (from, name) => nearest(from, name).find((path) => packages[path]) ?? null
  const visit = (path) => {
    if (path === null || found.has(path)) return
    found.add(path)
    const { dependencies, optionalDependencies, peerDependencies } = packages[path]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      visit(place(path, name))
    }
  }
  for (const name of Object.keys(packages[''].dependencies ?? {})) visit(place('', name))
  return [...found].filter((path) => existsSync(join(root, path)))
}

/** Where Node looks for a package that one in `from` asks for, nearest first. */
function nearest(from, name) {
  const paths = []
  for (let at = from; at; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    paths.push(`${at}/node_modules/${name}`)
  }
  return [...paths, `node_modules/${name}`]
}

/** What Node may load of a package, below node_modules. */
function filesOf(path) {
  const below = path.slice('node_modules/'.length)
  const nested = (name) => /(^|\/)node_modules(\/|$)/.test(name)
  return filesBelow(join(root, path), nested)
    .filter((name) => /\.([cm]?js|json|node|so)$/.test(name))
    .map((name) => `${below}/${name}`)
}
