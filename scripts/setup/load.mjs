import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { say } from './log.mjs'
import { setUp } from './steps.mjs'

/**
 * Loads what was built into this process. Where that fails although sizes and times held, hashes decide what is damaged;
 * it is made again for the next try, since a process keeps what it failed to load.
 */
export async function load(file, steps) {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if ((await setUp(steps, { thorough: true })) === 0) throw error
    say('What was damaged has been made again. Run the same command once more.')
    process.exit(1)
  }
}
