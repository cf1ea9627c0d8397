import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { settingFields } from '../shared/app/settings'

const paths = envPaths('residuum', { suffix: '' })

/** Where data sets and other things that can be fetched again are kept; RESIDUUM_CACHE overrides it. */
export const cacheFolder = (): string =>
  process.env.RESIDUUM_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'residuum')

/** Where the user's runs are kept unless another folder is chosen. */
export const usualLibrary = (): string => join(paths.data, 'library')

/**
 * Where the user's runs are kept: as RESIDUUM_LIBRARY says, or as was chosen in the window. App and command line share it,
 * which reads the choice from the settings.
 */
export const libraryFolder = (chosen: string | null = chosenLibrary()): string =>
  process.env.RESIDUUM_LIBRARY || chosen || usualLibrary()

/** Null too where the settings cannot be read: the window says so. */
function chosenLibrary(): string | null {
  try {
    const written: unknown = JSON.parse(readFileSync(join(settingsFolder(), 'settings.json'), 'utf8'))
    return z.object({ library: settingFields.library }).parse(written).library
  } catch {
    return null
  }
}

/** Where the app keeps its settings; RESIDUUM_SETTINGS overrides it. */
export const settingsFolder = (): string => process.env.RESIDUUM_SETTINGS || paths.config
