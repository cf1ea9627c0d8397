import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small disk of its own in `folder`; false where this system lets nobody mount one. */
export function mount(folder: string, kilobytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const unmount = (folder: string): void => void execFileSync('umount', ['-l', folder])

/** Whether tests may mount small disks here. */
export function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'residuum-mount-'))
  const can = mount(probe, 64)
  if (can) unmount(probe)
  rmSync(probe, { recursive: true, force: true })
  return can
}

/** Makes `file` as large as its disk lets it become. */
export function fillDisk(file: string): void {
  for (let size = 2 ** 20; size >= 1;) {
    try {
      appendFileSync(file, Buffer.alloc(size))
    } catch {
      size = Math.floor(size / 4)
    }
  }
}
