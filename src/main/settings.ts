import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { decodeText } from '../shared/text/decode'
import { settingsSchema, type Settings } from '../shared/settings'
import { readWholeSync, writeFileAtomic } from './files'

/** Far more than settings ever take. */
const MAX_SETTINGS_BYTES = 1_000_000

/** The app's settings: read once, written whole after each change. */
export class SettingsStore {
  private current: Settings
  private writing: Promise<void> = Promise.resolve()
  private readonly file: string

  /** A damaged file is kept under another name and the defaults are used. */
  constructor(folder: string) {
    this.file = join(folder, 'settings.json')
    this.current = settingsSchema.parse({})
    let bytes: Uint8Array
    try {
      bytes = readWholeSync(this.file, MAX_SETTINGS_BYTES)
    } catch {
      return
    }
    try {
      this.current = settingsSchema.parse(JSON.parse(decodeText(bytes, this.file)))
    } catch {
      try {
        renameSync(this.file, `${this.file}.damaged-${Date.now()}`)
      } catch {
        // A read-only folder: the defaults serve without it.
      }
    }
  }

  get(): Settings {
    return this.current
  }

  /** A failed write is reported and does not hold up the next one; the change holds until the end of the session. */
  set(change: Partial<Settings>): Promise<Settings> {
    this.current = { ...this.current, ...change }
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
