import { spawnSync } from 'node:child_process'
import process from 'node:process'

/**
 * Which NVIDIA GPUs TensorFlow 2.20 can use, as read from its wheel: it has code for compute capability 6.0 to 9.0, none
 * that a card of 10.0 or later (Blackwell) could run, and was built with CUDA 12.5, which came with driver 555.
 */
const CAPABILITY = { from: 6, below: 10 }
export const RANGE = `TensorFlow 2.20 has code for ${CAPABILITY.from}.0 to below ${CAPABILITY.below}.0`
export const DRIVER = 555

const EMPTY = { device: 'cpu', driver: null, gpus: [], warnings: [], visible: null }

/**
 * What training is set up for: `device` is `gpu` or `cpu`, `why` says the reason in words, `warnings` what to mend and how,
 * `visible` what CUDA_VISIBLE_DEVICES must be so that TensorFlow meets no GPU it cannot use, or null.
 * @param query gives what nvidia-smi answers, or null where none is there
 */
export function chooseDevice({ env = process.env, arch = process.arch, query = askDriver } = {}) {
  if (env.RESIDUUM_DEVICE === 'cpu') return { ...EMPTY, why: 'RESIDUUM_DEVICE=cpu asks for the CPU' }
  const answer = query('compute_cap,driver_version')
  if (answer === null) return { ...EMPTY, why: 'no NVIDIA driver answers' }
  if (arch !== 'x64') return { ...EMPTY, why: `TensorFlow has no library for GPUs on ${arch}` }
  const all = parse(answer)
  if (all.length === 0) {
    const why = 'the NVIDIA driver does not say what its GPUs can do'
    return { ...EMPTY, why, warnings: [{ text: why, cure: `Install driver ${DRIVER} or newer.` }] }
  }
  const { driver } = all[0]
  const gpus = visibleOnes(all, env.CUDA_VISIBLE_DEVICES, query)
  const fitting = gpus.filter(({ fits }) => fits)
  const named = gpus.map(({ number, capability }) => `GPU ${number} has compute capability ${capability ?? 'unknown'}`)
  if (fitting.length === 0) {
    const why = gpus.length === 0 ? 'CUDA_VISIBLE_DEVICES hides all GPUs' : `${named.join(', ')}; ${RANGE}`
    return { ...EMPTY, driver, gpus, why }
  }
  const warnings = []
  if (Number.parseInt(driver, 10) < DRIVER) {
    const text = `the NVIDIA driver is ${driver}; TensorFlow’s CUDA 12.5 wants ${DRIVER} or newer`
    warnings.push({ text, cure: 'Install a newer driver.' })
  }
  const mixed = fitting.length < gpus.length
  return {
    device: 'gpu',
    driver,
    gpus,
    why: mixed ? `${named.join(', ')}; those that fit are used (${RANGE})` : named.join(', '),
    warnings,
    visible: all.every(({ fits }) => fits) ? null : fitting.map(({ number }) => number).join(',')
  }
}

/** Lines of `8.6, 560.35.03`; a GPU that gives no figure fits nothing. */
function parse(answer) {
  return answer
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 2 && /^\d+/.test(parts[1]))
    .map(([capability, driver], number) => {
      const known = /^\d+\.\d+$/.test(capability)
      const fits = known && Number(capability) >= CAPABILITY.from && Number(capability) < CAPABILITY.below
      return { number, capability: known ? capability : null, driver, fits }
    })
}

/** The GPUs that CUDA_VISIBLE_DEVICES names by number or UUID; as CUDA does, up to the first that does not exist. */
function visibleOnes(gpus, variable, query) {
  if (variable === undefined) return gpus
  const words = variable.split(',').map((word) => word.trim())
  const ids = words.some((word) => /^(GPU|MIG)-/.test(word)) ? (query('uuid') ?? '').trim().split(/\s*\n\s*/) : []
  const found = []
  for (const word of words) {
    const number = /^\d+$/.test(word) ? Number(word) : ids.findIndex((id) => word.length > 4 && id.startsWith(word))
    const gpu = gpus[number]
    if (!gpu) break
    if (!found.includes(gpu)) found.push(gpu)
  }
  return found
}

/** What nvidia-smi answers, a line a GPU; null where there is no driver, '' where it does not know the question. */
export function askDriver(fields) {
  const ask = (...args) => spawnSync('nvidia-smi', args, { encoding: 'utf8', timeout: 20_000 })
  const { error, status, stdout } = ask(`--query-gpu=${fields}`, '--format=csv,noheader')
  if (error) return null
  if (status === 0) return stdout
  // Drivers before 510 do not know compute_cap; without a driver that runs, the program is there and fails.
  return ask('-L').status === 0 ? '' : null
}

let chosen = null

/** The device that this process sets up, asked for once: a GPU that sleeps takes a second to answer. */
export const device = () => (chosen ??= chooseDevice())

/** Hides from TensorFlow, and from what this process starts, the GPUs that it cannot use. */
export function hideUnusable({ visible } = device(), env = process.env) {
  if (visible === null) return
  // In this order CUDA counts as nvidia-smi does.
  env.CUDA_DEVICE_ORDER = 'PCI_BUS_ID'
  env.CUDA_VISIBLE_DEVICES = visible
}
