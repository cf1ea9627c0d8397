import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '../../shared/errors'

/**
 * A file of arrays: one line of JSON, filled up with spaces to a multiple of 64 bytes, its newline included, and behind
 * it the arrays, little-endian, each from a multiple of 8 bytes on. The line names each array's type and place; its last
 * member, `sha256`, is the SHA-256 in hexadecimal of the whole file with zeros for its own 64 digits.
 */
const types = { u16: Uint16Array, u32: Uint32Array, f32: Float32Array } as const

type Types = typeof types
export type Arrays = Record<string, Uint16Array | Uint32Array | Float32Array>

const LINE_UNIT = 64
const ARRAY_UNIT = 8
/** More than a line ever takes. */
const MAX_LINE = 65_536

/** What the line says of the arrays; a kind of file extends it. */
export const arrayHeaderSchema = z.object({
  format: z.string(),
  version: z.number().int(),
  arrays: z.record(
    z.string(),
    z.object({
      dtype: z.enum(Object.keys(types) as (keyof Types)[]),
      /** From the end of the line, in bytes. */
      offset: z.number().int().min(0),
      /** In values. */
      length: z.number().int().min(0)
    })
  ),
  sha256: z.string()
})

type Header = z.infer<typeof arrayHeaderSchema>

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit

/** The whole file's bytes, and the checksum that its line names. */
export function encodeArrays(fields: Record<string, unknown>, arrays: Arrays): { bytes: Uint8Array; sha256: string } {
  const places: Header['arrays'] = {}
  let size = 0
  for (const [name, values] of Object.entries(arrays)) {
    const [dtype] = Object.entries(types).find(([, type]) => values instanceof type) as [keyof Types, unknown]
    places[name] = { dtype, offset: size, length: values.length }
    size = roundUp(size + values.byteLength, ARRAY_UNIT)
  }
  const line = new TextEncoder().encode(JSON.stringify({ ...fields, arrays: places, sha256: NO_DIGITS }))
  const start = roundUp(line.length + 1, LINE_UNIT)
  const bytes = new Uint8Array(start + size)
  bytes.set(line)
  bytes.fill(0x20, line.length, start - 1)
  bytes[start - 1] = 0x0a
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays)) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + places[name]!.offset)
  }
  const digits = placeOfDigits(line)
  const checksum = checksumOf(bytes, digits)
  bytes.set(new TextEncoder().encode(checksum), digits)
  return { bytes, sha256: checksum }
}

const NO_DIGITS = '0'.repeat(64)

/** Where the checksum's digits begin. */
const placeOfDigits = (line: Uint8Array): number => Buffer.from(line).lastIndexOf('"sha256":"') + '"sha256":"'.length

const checksumOf = (bytes: Uint8Array, digits: number): string =>
  createHash('sha256')
    .update(bytes.subarray(0, digits))
    .update(NO_DIGITS)
    .update(bytes.subarray(digits + NO_DIGITS.length))
    .digest('hex')

/** Why bytes are refused. */
export class ArrayFileError extends Refusal {}

/**
 * A file's line and arrays, in memory of their own. `schema` is that of its kind, with its format and version. Throws
 * ArrayFileError.
 */
export function decodeArrays<Kind extends Header>(
  bytes: Uint8Array,
  schema: z.ZodType<Kind>,
  version: number
): {
  header: Kind
  array<Name extends keyof Types>(name: string, dtype: Name, length: number): InstanceType<Types[Name]>
} {
  const end = bytes.subarray(0, MAX_LINE).indexOf(0x0a)
  if (end < 0) throw new ArrayFileError({ code: 'arrays-no-header', parameters: {} })
  const line = bytes.subarray(0, end)
  const header = readHeader(line, schema, version)
  const payload = bytes.subarray(end + 1)
  if (checksumOf(bytes, placeOfDigits(line)) !== header.sha256) {
    throw new ArrayFileError({ code: 'checksum', parameters: {} })
  }
  return {
    header,
    array: (name, dtype, length) => {
      const type = types[dtype]
      const place = header.arrays[name]
      const bytesOf = length * type.BYTES_PER_ELEMENT
      if (place?.dtype !== dtype || place.length !== length || place.offset + bytesOf > payload.length) {
        throw new ArrayFileError({ code: 'arrays-misfit', parameters: { name } })
      }
      // A copy begins where its type may begin.
      const copy = Uint8Array.from(payload.subarray(place.offset, place.offset + bytesOf))
      return new type(copy.buffer) as InstanceType<Types[typeof dtype]>
    }
  }
}

function readHeader<Kind extends Header>(line: Uint8Array, schema: z.ZodType<Kind>, version: number): Kind {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  } catch {
    throw new ArrayFileError({ code: 'arrays-header', parameters: {} })
  }
  const newer = z
    .object({
      version: z
        .number()
        .int()
        .min(version + 1)
    })
    .safeParse(value)
  if (newer.success) throw new ArrayFileError({ code: 'newer', parameters: { version: newer.data.version } })
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new ArrayFileError({ code: 'arrays-header', parameters: {} })
  return parsed.data
}
