import { z } from 'zod'
import type { Fault } from '../../shared/messages/coded'
import { ResiduumError } from '../../shared/errors'

/** A tensor as a .safetensors file holds it; integers of 64 bits are read as int32, floats of 16 bits as float32. */
export interface StoredTensor {
  dtype: keyof typeof WIDTH
  shape: readonly number[]
  values: Float32Array | Int32Array | Uint8Array
}

/** Bytes a value of each type that is read. */
const WIDTH = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, U8: 1 } as const
const MAX_HEADER = 100_000_000

const size = z.number().int().min(0)
const headerSchema = z.record(z.string(), z.unknown())
const entrySchema = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) })

/**
 * The bytes of a .safetensors file (huggingface/safetensors, format 0.x): header length as uint64,
 * JSON header padded to 8 bytes, then the values in little-endian, row-major.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, { shape: readonly number[]; values: StoredTensor['values'] | BigInt64Array }>,
  metadata: Record<string, string> = {}
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, values }] of tensors) {
    const dtype = dtypeOf(values)
    header[name] = { dtype, shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  }
  const text = JSON.stringify(header)
  const encoded = new TextEncoder().encode(text)
  const headerLength = Math.ceil(encoded.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(encoded, 8)
  let position = 8 + headerLength
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position)
    position += values.byteLength
  }
  return bytes
}

/**
 * Reads a whole .safetensors file. Throws ResiduumError `safetensors` naming `file` and what is wrong, or
 * `safetensors-type` for values of a type that is not read.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string
): { tensors: Map<string, StoredTensor>; metadata: Record<string, string> } {
  const fail = (reason: Fault): never => {
    throw new ResiduumError('safetensors', { file, reason })
  }
  if (bytes.byteLength < 8) fail({ code: 'tensors-short', parameters: {} })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = Number(view.getBigUint64(0, true))
  if (headerLength > MAX_HEADER || 8 + headerLength > bytes.byteLength)
    fail({ code: 'tensors-header-cut', parameters: {} })
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)))
  } catch {
    return fail({ code: 'tensors-header-json', parameters: {} })
  }
  const { success, data: header } = headerSchema.safeParse(parsed)
  if (!success) return fail({ code: 'tensors-header-list', parameters: {} })
  const data = bytes.subarray(8 + headerLength)
  const tensors = new Map<string, StoredTensor>()
  const ranges: [number, number][] = []
  for (const [name, listed] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const entry = entrySchema.safeParse(listed)
    if (!entry.success) return fail({ code: 'tensor-entry', parameters: { name } })
    const { shape, data_offsets: offsets } = entry.data
    const dtype = entry.data.dtype as keyof typeof WIDTH
    if (!Object.hasOwn(WIDTH, dtype)) {
      throw new ResiduumError('safetensors-type', {
        file,
        name,
        type: String(dtype),
        types: Object.keys(WIDTH).join(', ')
      })
    }
    const length = shape.reduce((product, size) => product * size, 1)
    const [begin, end] = offsets
    if (end - begin !== length * WIDTH[dtype] || end > data.byteLength) {
      fail({ code: 'tensor-cut', parameters: { name } })
    }
    ranges.push([begin, end])
    const values = decodeValues(Uint8Array.from(data.subarray(begin, end)), dtype)
    if (!values) fail({ code: 'tensor-range', parameters: { name } })
    else tensors.set(name, { dtype, shape, values })
  }
  // As the format has it: the tensors cover the data once.
  let covered = 0
  for (const [begin, end] of ranges.sort(([one, oneEnd], [other, otherEnd]) => one - other || oneEnd - otherEnd)) {
    if (begin !== covered) return fail({ code: 'tensors-overlap', parameters: {} })
    covered = end
  }
  if (covered !== data.byteLength) return fail({ code: 'tensors-rest', parameters: {} })
  return { tensors, metadata: (header.__metadata__ ?? {}) as Record<string, string> }
}

function dtypeOf(values: StoredTensor['values'] | BigInt64Array): StoredTensor['dtype'] {
  if (values instanceof Float32Array) return 'F32'
  if (values instanceof Int32Array) return 'I32'
  return values instanceof BigInt64Array ? 'I64' : 'U8'
}

/** Null where a value does not fit. */
function decodeValues(bytes: Uint8Array, dtype: keyof typeof WIDTH): StoredTensor['values'] | null {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer)
    case 'F16':
      return Float32Array.from(new Uint16Array(bytes.buffer), fromHalf)
    case 'BF16':
      // The upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (bits) => bits << 16).buffer)
    case 'I32':
      return new Int32Array(bytes.buffer)
    case 'I64': {
      const whole = new BigInt64Array(bytes.buffer)
      return whole.some((value) => value !== BigInt.asIntN(32, value)) ? null : Int32Array.from(whole, Number)
    }
    case 'U8':
      return bytes
  }
}

/** The value of an IEEE 754 half: a bit of sign, five of exponent, ten of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
