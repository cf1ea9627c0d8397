import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, dirname } from 'node:path'
import util from 'node:util'
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu'
import { ResiduumError } from '../../shared/errors'
import type { Device } from '../../shared/run/schema'

export type TensorFlowModule = typeof TensorFlow

let loaded: { tf: TensorFlowModule; messages: unknown } | null = null

/**
 * Loads TensorFlow into this process, once. Settings that TensorFlow reads at load time are made
 * here: memory of a GPU grows as needed, oneDNN is used whatever the processor's maker. Its log keeps off the terminal
 * (scripts/setup/logLevel.cc does the rest): level 3 leaves out what it calls information, warnings and errors, of which
 * one, about bytes without AVX-512, comes with every run. What fails is thrown all the same, and what ends the process
 * is written; `TF_CPP_MIN_LOG_LEVEL=0` shows everything.
 * Throws ResiduumError `backend-missing`.
 */
export function loadBackend(): { tf: TensorFlowModule; messages: unknown } {
  if (loaded) return loaded
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
  // tfjs-node 4.22 calls helpers that Node 23 removed (tensorflow/tfjs issue 8609).
  const helpers = util as unknown as Record<string, unknown>
  helpers.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  helpers.isArray ??= Array.isArray
  try {
    const require = createRequire(__filename)
    const entry = require.resolve('@tensorflow/tfjs-node-gpu')
    const packageFolder = dirname(dirname(entry))
    const tf = require('@tensorflow/tfjs-node-gpu') as TensorFlowModule
    const messages: unknown = require(join(packageFolder, 'dist/proto/api_pb.js'))
    loaded = { tf, messages }
    return loaded
  } catch (error) {
    throw new ResiduumError('backend-missing', { message: firstLine(error) }, { cause: error })
  }
}

let described: Device | null = null

/**
 * Which device TensorFlow computes on, honestly: a GPU only when TensorFlow itself reports one. Found out once: a GPU's
 * name costs a process.
 */
export const describeDevice = (): Device => (described ??= findDevice())

function findDevice(): Device {
  const { tf } = loadBackend()
  const { isUsingGpuDevice: gpu, binding } = tf.backend() as unknown as {
    isUsingGpuDevice: boolean
    binding: { TF_Version: string }
  }
  return {
    kind: gpu ? 'gpu' : 'cpu',
    name: (gpu ? gpuName() : cpuName()) ?? (gpu ? 'GPU' : 'CPU'),
    tensorflow: binding.TF_Version,
    precision: 'float32'
  }
}

function gpuName(): string | null {
  try {
    const output = execFileSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      encoding: 'utf8',
      timeout: 10_000
    })
    return output.split('\n')[0]!.trim() || null
  } catch {
    return null
  }
}

function cpuName(): string | null {
  if (process.platform !== 'linux') return null
  const line = /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
  return line ? line[1]!.trim() : null
}

export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!
