import { app } from 'electron'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ResiduumError } from '../shared/errors'
import { prepareSettingsFolder } from './settings'

/** Chromium's own: a link that names who holds it, as `host-process`. Windows has none. */
const LOCK = 'SingletonLock'

/**
 * Makes this process the one instance that uses the settings in `folder`; to be called once, before the app is ready.
 * Electron has one answer for all that can stand in the way; here each has its own.
 * Throws ResiduumError `settings-unwritable`, `settings-elsewhere` or, where another instance has come to the front,
 * `instance-running`.
 */
export function becomeInstance(folder: string): void {
  const profile = join(folder, 'electron')
  prepareSettingsFolder(profile)
  app.setPath('userData', profile)
  if (app.requestSingleInstanceLock()) return
  if (process.platform === 'win32') throw new ResiduumError('instance-running', { folder, pid: '-' })
  const lock = join(profile, LOCK)
  let holder: string
  try {
    holder = readlinkSync(lock)
  } catch (error) {
    const { message } = error as Error
    throw new ResiduumError('settings-unwritable', { folder, message }, { cause: error })
  }
  throw describeHolder(folder, lock, holder)
}

/** What it means that a lock is held by `holder`, a `host-process`: hosts' names may have hyphens too. */
export function describeHolder(folder: string, lock: string, holder: string): ResiduumError {
  const cut = holder.lastIndexOf('-')
  const [host, pid] = [holder.slice(0, cut), holder.slice(cut + 1)]
  if (host !== hostname()) return new ResiduumError('settings-elsewhere', { folder, host, lock })
  return new ResiduumError('instance-running', { folder, pid })
}
