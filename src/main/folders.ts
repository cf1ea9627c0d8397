import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'

const paths = envPaths('residuum', { suffix: '' })

/** Where data sets and other things that can be fetched again are kept; RESIDUUM_CACHE overrides it. */
export const cacheFolder = (): string =>
  process.env.RESIDUUM_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'residuum')

/** Where the user's runs are kept; RESIDUUM_LIBRARY overrides it. App and command line share it. */
export const libraryFolder = (): string => process.env.RESIDUUM_LIBRARY || join(paths.data, 'library')

/** Where the app keeps its settings; RESIDUUM_SETTINGS overrides it. */
export const settingsFolder = (): string => process.env.RESIDUUM_SETTINGS || paths.config
