import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import process from 'node:process'
import { addonStep } from './addon.mjs'
import { buildStep } from './build.mjs'
import { dataStep } from './data.mjs'
import { electronStep } from './electron.mjs'
import { DRIVER, RANGE, device } from './gpu.mjs'
import { packagesStep } from './packages.mjs'
import { platformProblem } from './platform.mjs'
import { NOT_MADE } from './record.mjs'
import { gpuFolders, tensorflowStep } from './tensorflow.mjs'

const ok = (text) => ({ ok: true, text })
const warning = (text, cure) => ({ ok: true, warning: true, text, cure })
const failure = (text, cure) => ({ ok: false, text, cure })

const MAKE = 'npm run setup'

/** Everything that set-up knows, looked at without changing anything: findings as in `src/main/engine/doctor.ts`. */
export const examine = () => [...examinePlatform(), ...examinePrograms(), ...examineGpu(), ...examineMade()]

function examinePlatform(platform = process.platform, arch = process.arch) {
  const problem = platformProblem(platform, arch)
  if (problem) return [failure(`${platform} ${arch}`, problem)]
  if (arch === 'arm64')
    return [
      warning(
        `${platform} ${arch}: Residuum has not been tested on it`,
        'Nothing; should something fail, this may be why.'
      )
    ]
  return [ok(`${platform} ${arch}`)]
}

/** What set-up works with; what is made already does without. */
function examinePrograms() {
  const programs = [
    ['Python 3 with pip', ['python3', '-m', 'pip', '--version'], 'apt-get install python3 python3-pip'],
    ['g++', ['g++', '--version'], 'apt-get install g++'],
    ['flock', ['flock', '--version'], 'apt-get install util-linux']
  ]
  return programs.map(([name, [command, ...args], cure]) =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0
      ? ok(`${name} is here`)
      : warning(`${name}, which set-up needs, is not here`, `Debian: ${cure}`)
  )
}

/** A finding for each thing that training on a GPU needs. */
export function examineGpu(choice = device(), folders = gpuFolders()) {
  const { gpus, driver, why, warnings } = choice
  const findings = gpus.map(({ number, capability, fits }) => {
    const text = `GPU ${number} has compute capability ${capability ?? 'unknown'}`
    if (fits) return ok(`${text}, which TensorFlow can use`)
    return warning(text, `None for this card: ${RANGE}, so it is not used.`)
  })
  if (driver !== null && warnings.length === 0) findings.push(ok(`the NVIDIA driver is ${driver} (${DRIVER} or newer)`))
  findings.push(...warnings.map(({ text, cure }) => warning(text, cure)))
  findings.push(ok(`set-up takes TensorFlow for the ${choice.device.toUpperCase()}: ${why}`))
  if (choice.device !== 'gpu') return findings
  findings.push(
    mayExecute(folders.ptxas)
      ? ok('ptxas may be executed')
      : failure(`${folders.ptxas} cannot be executed, so kernels cannot be compiled for the GPU`, MAKE),
    existsSync(folders.nvrtc)
      ? ok('cuDNN finds NVRTC')
      : failure(`cuDNN finds no NVRTC: ${folders.nvrtc} is missing`, MAKE)
  )
  return findings
}

function mayExecute(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Each step's files beside its record, by their hashes. */
function examineMade() {
  const always = () => true
  const steps = [packagesStep(always), tensorflowStep(always), addonStep, buildStep, dataStep, electronStep]
  return steps.map((step) => {
    const found = step.damages()
    if (found.length === 0) return ok(`${step.title}: whole, every file has its hash`)
    if (found.includes(NOT_MADE)) {
      if (step === electronStep) return ok(`${step.title}: not set up, which only the window needs`)
      return failure(`${step.title}: not set up, or ${NOT_MADE}`, MAKE)
    }
    const more = found.length > 5 ? [`and ${found.length - 5} more`] : []
    return failure(`${step.title}: ${[...found.slice(0, 5), ...more].join('; ')}`, MAKE)
  })
}

/** Whether all is there that TensorFlow is loaded with, by sizes. */
export const canLoad = () =>
  [packagesStep(() => false), tensorflowStep(() => false), addonStep, buildStep].every(
    (step) => step.problem() === null
  )
