import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSafetensors, type StoredTensor } from '../../src/main/engine/safetensors'

/** A committed fixture that `test/reference/generate.py` wrote. */
export function readFixture(name: string): {
  tensors: Map<string, StoredTensor>
  metadata: Record<string, string>
  /** Tensors whose name begins with `prefix`, without it. */
  group(prefix: string): Map<string, Float32Array>
  floats(name: string): Float32Array
} {
  const file = join(import.meta.dirname, '../fixtures', `${name}.safetensors`)
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file)
  const floats = (key: string): Float32Array => tensors.get(key)!.values as Float32Array
  return {
    tensors,
    metadata,
    floats,
    group: (prefix) =>
      new Map(
        [...tensors.keys()]
          .filter((key) => key.startsWith(prefix))
          .map((key) => [key.slice(prefix.length), floats(key)])
      )
  }
}

/** Norm of the difference over the norm of the reference (at least `floor`), in float64. */
export function relativeError(actual: ArrayLike<number>, reference: ArrayLike<number>, floor = 1e-15): number {
  if (actual.length !== reference.length) return Infinity
  let difference = 0
  let norm = 0
  for (let index = 0; index < actual.length; index++) {
    difference += (actual[index]! - reference[index]!) ** 2
    norm += reference[index]! ** 2
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), floor)
}

/** NCHW to NHWC. */
export function toNhwc(values: Float32Array, shape: readonly number[]): Float32Array {
  const [batch, channels, height, width] = shape as [number, number, number, number]
  const result = new Float32Array(values.length)
  let index = 0
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let position = 0; position < height * width; position++) {
        result[(n * height * width + position) * channels + c] = values[index]!
        index += 1
      }
    }
  }
  return result
}
