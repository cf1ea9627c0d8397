import process from 'node:process'
import { addonStep } from './addon.mjs'
import { buildStep } from './build.mjs'
import { dataStep } from './data.mjs'
import { electronStep } from './electron.mjs'
import { cache, makeFolder } from './folders.mjs'
import { hideUnusable } from './gpu.mjs'
import { lockSetUp } from './lock.mjs'
import { SetupError, say } from './log.mjs'
import { packagesStep } from './packages.mjs'
import { platformProblem } from './platform.mjs'
import { NOT_MADE } from './record.mjs'
import { systemStep } from './system.mjs'
import { tensorflowStep } from './tensorflow.mjs'

/**
 * A step: `problem()` says what of it is missing or not as it was made, by sizes and times, or gives null; `damages()`
 * says the same by hashes, a line each; `run()` makes it.
 */
const compiles = () => addonStep.problem() !== null
const builds = () => buildStep.problem() !== null || compiles()
const made = [tensorflowStep(compiles), addonStep, buildStep, dataStep]
const needsInstaller = () => builds() || electronStep.problem() !== null

/** What each way of using the project needs, in order. */
export const needs = {
  checks: [packagesStep(() => true)],
  records: [packagesStep(() => buildStep.problem() !== null), buildStep],
  engine: [packagesStep(builds), ...made],
  app: [packagesStep(needsInstaller), ...made, electronStep, systemStep()],
  tests: [packagesStep(() => true), ...made, electronStep, systemStep({ display: true })]
}

/**
 * Does what is missing of `steps` and nothing else; ends the process with 1 and one message where it cannot. Others
 * that do the same are waited for.
 * @param options.thorough whether hashes decide what is missing, instead of sizes and times
 * @returns how many steps had something to do
 */
export async function setUp(steps, { thorough = false } = {}) {
  let count = 0
  try {
    const [major] = process.versions.node.split('.').map(Number)
    if (major < 20) throw new SetupError(`Node 20 or newer is needed; this is ${process.versions.node}.`)
    const unsupported = steps.includes(addonStep) && platformProblem()
    // Before anything else, so that nobody waits for downloads that cannot help.
    if (unsupported) throw new SetupError(unsupported)
    if (thorough || steps.some((step) => step.problem() !== null)) {
      await makeFolder(cache).catch((error) => {
        throw new SetupError(`${cache} cannot be made: ${error.message}. Set RESIDUUM_CACHE to another folder.`)
      })
      const unlock = await lockSetUp()
      try {
        for (const [index, step] of steps.entries()) {
          if (await make(step, `[${index + 1}/${steps.length}]`, thorough)) count += 1
        }
      } finally {
        unlock()
      }
    }
    if (steps.includes(addonStep)) hideUnusable()
  } catch (error) {
    // An error of the system, as of a full disk, is no mistake of the program either.
    if (!(error instanceof SetupError) && !error.syscall) throw error
    say(`Set-up stopped: ${error.message}`)
    process.exit(1)
  }
  return count
}

async function make(step, place, thorough) {
  const problem = step.problem() ?? (thorough ? (step.damages()[0] ?? null) : null)
  if (problem === null) return false
  say(`${place} ${step.title}: ${step.describe()}`)
  if (problem !== NOT_MADE) say(`    it is made again: ${problem}`)
  const start = performance.now()
  await step.run()
  const left = step.problem()
  if (left !== null) throw new SetupError(`the step ended but what it makes is not there: ${left}.`)
  say(`    done in ${((performance.now() - start) / 1000).toFixed(0)} s`)
  return true
}
