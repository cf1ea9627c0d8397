import { app } from 'electron'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ResiduumError } from '../shared/errors'
import { prepareSettingsFolder } from './settings'

/** Chromium's own: a link that names who holds it, as `host-process`. Windows has none. */
const LOCK = 'SingletonLock'

/**
 * Makes this process the one instance that uses the settings in `folder`; to be called once, before the app is ready.
 * Electron has one answer for all that can stand in the way; here each has its own.
 * Throws ResiduumError `settings-unwritable` or, where another instance has come to the front, `instance-running`.
 */
export function becomeInstance(folder: string): void {
  const profile = join(folder, 'electron')
  prepareSettingsFolder(profile)
  app.setPath('userData', profile)
  if (app.requestSingleInstanceLock()) return
  if (process.platform === 'win32') throw new ResiduumError('instance-running', { folder, pid: '-' })
  let holder: string
  try {
    holder = readlinkSync(join(profile, LOCK))
  } catch (error) {
    // Nobody has it, yet it could not be had.
    throw new ResiduumError('settings-unwritable', { folder, message: (error as Error).message }, { cause: error })
  }
  throw new ResiduumError('instance-running', { folder, pid: holder.slice(holder.lastIndexOf('-') + 1) })
}
