import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { SetupError } from './log.mjs'
import { filesBelow } from './record.mjs'

/**
 * The files below `root`/node_modules that a finished build loads, as a set of paths: what `require` reaches from the
 * dependencies in package.json; and, since some modules are found otherwise, all addons and package.json files of the
 * packages that these need.
 */
export function loadedFiles(root) {
  const folder = `${realpathSync(join(root, 'node_modules'))}/`
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set()
  for (const path of runtimeFolders(root, packages)) {
    for (const name of filesBelow(join(root, path), (below) => /(^|\/)node_modules$/.test(below))) {
      if (/(^|\/)package\.json$|\.node$/.test(name)) found.add(join(folder, path.slice('node_modules/'.length), name))
    }
  }
  const { resolve } = createRequire(join(root, 'package.json'))
  for (const name of Object.keys(packages[''].dependencies ?? {})) {
    try {
      reach(resolve(name), found)
    } catch (error) {
      throw new SetupError(`npm reported success but ${name} cannot be found (${error.code}); try again.`)
    }
  }
  return new Set([...found].filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length)))
}

function reach(file, found) {
  if (found.has(file)) return
  found.add(file)
  if (!/\.c?js$/.test(file)) return
  const { resolve } = createRequire(file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/\brequire\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    if (isBuiltin(name)) continue
    let next
    try {
      next = resolve(name)
    } catch {
      // Asked for only where it is there, or never.
      continue
    }
    reach(next, found)
  }
}

/** The installed folders of the dependencies and of all that these ask for. */
function runtimeFolders(root, packages) {
  const found = new Set()
  const visit = (from, { dependencies, optionalDependencies, peerDependencies }) => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const path = nearest(from, name).find((one) => packages[one])
      if (!path || found.has(path)) continue
      found.add(path)
      visit(path, packages[path])
    }
  }
  visit('', { dependencies: packages[''].dependencies })
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
