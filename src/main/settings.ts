import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { decodeText } from '../shared/text/decode'
import { ResiduumError } from '../shared/errors'
import { settingsChangeSchema, settingsSchema, type Settings } from '../shared/app/settings'
import { makeFolder, readWholeSync, writeFileAtomic } from './files'

/** Far more than settings ever take. */
const MAX_SETTINGS_BYTES = 1_000_000

/** Makes `folder` and tries whether files can be made in it. Throws ResiduumError `settings-unwritable`. */
export function prepareSettingsFolder(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    makeFolder(folder)
    closeSync(openSync(probe, 'w'))
    rmSync(probe)
  } catch (error) {
    const { message } = error as Error
    throw new ResiduumError('settings-unwritable', { folder, message }, { cause: error })
  }
}

/** The app's settings: read once, written whole after each change. */
export class SettingsStore {
  private current: Settings
  private writing: Promise<void> = Promise.resolve()
  private readonly file: string
  /** Whether the file has values that could not be read, as those of another version: it is kept when it is first replaced. */
  private isPartly = false

  /**
   * A file that is damaged, or there but cannot be read, is kept under another name; defaults stand for what of it cannot
   * be read.
   */
  constructor(folder: string) {
    this.file = join(folder, 'settings.json')
    this.current = settingsSchema.parse({})
    try {
      const value: unknown = JSON.parse(decodeText(readWholeSync(this.file, MAX_SETTINGS_BYTES), this.file))
      this.current = settingsSchema.parse(value)
      this.isPartly = !settingsChangeSchema.safeParse(value).success
    } catch (error) {
      // Never written is no damage.
      if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') this.setAside()
    }
  }

  private setAside(): void {
    try {
      renameSync(this.file, `${this.file}.damaged-${Date.now()}`)
    } catch {
      // A read-only folder: what was read, or the defaults, serve without it.
    }
  }

  get(): Settings {
    return this.current
  }

  /** A failed write is reported and does not hold up the next one; the change holds until the end of the session. */
  set(change: Partial<Settings>): Promise<Settings> {
    this.current = { ...this.current, ...change }
    if (this.isPartly) this.setAside()
    this.isPartly = false
    const content = JSON.stringify(this.current, null, 2)
    const write = this.writing.then(() => writeFileAtomic(this.file, content))
    this.writing = write.catch(() => undefined)
    return write.then(() => this.current)
  }

  /** When all that was set is on disk, or has failed. */
  settled(): Promise<void> {
    return this.writing
  }
}
