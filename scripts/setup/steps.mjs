import { mkdir } from 'node:fs/promises'
import process from 'node:process'
import { addonStep } from './addon.mjs'
import { buildStep } from './build.mjs'
import { dataStep } from './data.mjs'
import { electronStep } from './electron.mjs'
import { cache } from './folders.mjs'
import { SetupError, say } from './log.mjs'
import { packagesStep } from './packages.mjs'
import { systemStep } from './system.mjs'
import { tensorflowStep } from './tensorflow.mjs'

const engine = [packagesStep, tensorflowStep, addonStep, buildStep, dataStep]

/** What each way of using the project needs, in order. */
export const needs = {
  engine,
  app: [...engine, electronStep, systemStep()],
  tests: [...engine, electronStep, systemStep({ display: true })]
}

/** Does what is missing of `steps` and nothing else; ends the process with 1 and one message where it cannot. */
export async function setUp(steps) {
  try {
    const [major] = process.versions.node.split('.').map(Number)
    if (major < 20) throw new SetupError(`Node 20 or newer is needed; this is ${process.versions.node}.`)
    await mkdir(cache, { recursive: true }).catch((error) => {
      throw new SetupError(`${cache} cannot be made: ${error.message}. Set RESIDUUM_CACHE to another folder.`)
    })
    for (const [index, step] of steps.entries()) {
      if (step.ready()) continue
      say(`[${index + 1}/${steps.length}] ${step.title}: ${step.describe()}`)
      const start = performance.now()
      await step.run()
      if (!step.ready()) throw new SetupError('the step ended but what it makes is not there.')
      say(`    done in ${((performance.now() - start) / 1000).toFixed(0)} s`)
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(`Set-up stopped: ${error.message}`)
    process.exit(1)
  }
}
