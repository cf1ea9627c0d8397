import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { RECORD, filesBelow, isRecord, writeRecord } from './record.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The same rule as `src/main/folders.ts`. */
export const cache = resolve(
  process.env.RESIDUUM_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'residuum')
)

/** Makes a folder and those above it. Node's own `recursive` never ends below /proc. */
export async function makeFolder(folder) {
  try {
    await mkdir(folder)
  } catch (error) {
    if (error.code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error
    const above = await stat(dirname(folder)).catch(() => null)
    // What is there and yet takes nothing, as /proc does, will not take it later.
    if (above) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder)
  }
}

/** The record of a folder that `fillFolder` makes of the inputs that `key` names, or of a part of it. */
export const recordOf = (folder, key, name = RECORD) => ({ file: join(folder, name), folder, key })

/**
 * Makes `folder` whole or not at all, with a record of what is in it: `fill` works in a fresh folder beside it, which
 * takes the name only when all went well. What an interrupted try left is removed first.
 * @param isPart which paths `fill` itself records as a part
 */
export async function fillFolder(folder, key, fill, isPart = () => false) {
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    await fill(partial)
    const paths = filesBelow(partial, (path) => isRecord(path) || isPart(path))
    writeRecord(recordOf(partial, key), paths)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
}

/** Bytes in a folder and all below it. */
export async function folderSize(folder) {
  let total = 0
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const parent = entry.parentPath ?? entry.path
    total += await stat(join(parent, entry.name)).then(
      (info) => info.size,
      () => 0
    )
  }
  return total
}
