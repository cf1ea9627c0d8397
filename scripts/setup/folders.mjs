import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The same rule as `src/main/folders.ts`. */
export const cache =
  process.env.RESIDUUM_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'residuum')

export const isThere = (path) =>
  stat(path).then(
    () => true,
    () => false
  )

/**
 * Makes `folder` whole or not at all: `fill` works in a fresh folder beside it, which takes the name
 * only when all went well. What an interrupted try left is removed first.
 */
export async function fillFolder(folder, fill) {
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    await fill(partial)
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
