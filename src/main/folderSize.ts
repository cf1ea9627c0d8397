import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** How many bytes the files below a folder have; what is not there, comes or goes meanwhile counts nothing. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  // One folder after the other: a library has thousands, and nothing waits for this.
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await folderSize(path)
    else if (entry.isFile())
      bytes += await lstat(path).then(
        ({ size }) => size,
        () => 0
      )
  }
  return bytes
}
