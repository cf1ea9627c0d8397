import { z } from 'zod'
import { journalEventSchema, type JournalRecord, type StepColumns } from '../../shared/run/journal'
import { crc32 } from './crc32'

/**
 * The bytes of a journal: `MAGIC`, then frames. A frame is the payload's length (u32), its CRC-32 (u32) and the payload,
 * all little-endian. A payload is JSON in UTF-8, or, where its first byte is 1, columns of float32: u8 1, u32 length of a
 * JSON header `{"first","count","names"}`, the header, and `count` values for each name. `docs/run-folder.md` tells
 * strangers the same. Every processor that Residuum runs on is little-endian, as its typed arrays then are.
 */
export const MAGIC = Buffer.from('RSDMJ\0\x01\n', 'latin1')
/** The part of `MAGIC` that every version has, and the place of the version after it. */
const SIGNATURE = MAGIC.subarray(0, 6)
export const FRAME_BYTES = 8
/** A longer payload is never written, so a longer length is damage. */
export const MAX_PAYLOAD_BYTES = 16 * 2 ** 20

const COLUMNS = 1
const BRACE = 0x7b
/** The columns' own bytes before their header. */
const COLUMNS_PREFIX = 5

/** A payload that is whole but says nothing here: of a newer version, or not as the format wants it. */
export class UnknownRecord {
  constructor(
    /** The record's own name of its type; empty where it has none. */
    readonly type: string,
    readonly reason: string
  ) {}
}

const plainStepsSchema = z.object({
  type: z.literal('steps'),
  first: z.number().int().min(0),
  series: z.record(z.string(), z.array(z.number().nullable()))
})
/** The version of a journal that begins so; null where it begins as none, undefined where it is too short to tell. */
export function versionOf(beginning: Uint8Array): number | null | undefined {
  const common = Math.min(beginning.length, SIGNATURE.length)
  if (!SIGNATURE.subarray(0, common).equals(beginning.subarray(0, common))) return null
  if (beginning.length < MAGIC.length) return undefined
  return beginning[7] === MAGIC[7] ? beginning[6]! : null
}

/**
 * A record's frames: one, or several where its columns are too long for one.
 * Throws an Error where an event is too long or columns differ in length: nobody who writes here has any such.
 */
export function encodeRecord(record: JournalRecord): Buffer[] {
  if (record.type === 'steps') return encodeColumns(record)
  return [frame(Buffer.from(JSON.stringify(record), 'utf8'))]
}

function encodeColumns({ first, series }: StepColumns): Buffer[] {
  const names = Object.keys(series)
  const count = series[names[0]!]?.length ?? 0
  if (names.some((name) => series[name]!.length !== count)) throw new Error('columns of different lengths')
  if (count === 0) return []
  // Half of the most leaves room for any header.
  const most = Math.max(1, Math.floor(MAX_PAYLOAD_BYTES / 2 / 4 / names.length))
  const frames: Buffer[] = []
  for (let from = 0; from < count; from += most) {
    const to = Math.min(count, from + most)
    const header = Buffer.from(JSON.stringify({ first: first + from, count: to - from, names }), 'utf8')
    const values = new Float32Array(names.length * (to - from))
    for (const [index, name] of names.entries()) values.set(series[name]!.subarray(from, to), index * (to - from))
    for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) values[index] = NaN
    const prefix = Buffer.of(COLUMNS, 0, 0, 0, 0)
    prefix.writeUInt32LE(header.length, 1)
    const payload = Buffer.concat([prefix, header, Buffer.from(values.buffer)])
    frames.push(frame(payload))
  }
  return frames
}

function frame(payload: Buffer): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new Error(`a record of ${payload.length} bytes is too long`)
  const head = Buffer.alloc(FRAME_BYTES)
  head.writeUInt32LE(payload.length, 0)
  head.writeUInt32LE(crc32(payload), 4)
  return Buffer.concat([head, payload])
}

/** Bytes of the frame that begins at `at`; null where its length is not there yet or is none. */
export function frameLength(bytes: Buffer, at: number): number | null {
  if (at + FRAME_BYTES > bytes.length) return null
  const length = bytes.readUInt32LE(at)
  return length >= 1 && length <= MAX_PAYLOAD_BYTES ? FRAME_BYTES + length : null
}

/** Whether a frame of `length` bytes stands at `at`, whole and with the right checksum. */
export const isWhole = (bytes: Buffer, at: number, length: number): boolean =>
  at + length <= bytes.length && crc32(bytes, at + FRAME_BYTES, at + length) === bytes.readUInt32LE(at + 4)

/** What a payload with the right checksum says. Keeps none of its memory. */
export function decodePayload(payload: Buffer): JournalRecord | UnknownRecord {
  if (payload[0] === COLUMNS) return decodeColumns(payload)
  if (payload[0] !== BRACE) return new UnknownRecord('', `payloads that begin with ${payload[0]} are not known`)
  const value = parseJson(payload.toString('utf8'))
  if (value === undefined) return new UnknownRecord('', 'it is not JSON')
  const type = typeOf(value)
  if (type === 'steps') return decodePlainSteps(value)
  const { success, data, error } = journalEventSchema.safeParse(value)
  return success ? data : new UnknownRecord(type, reasonOf(error))
}

function decodeColumns(payload: Buffer): StepColumns | UnknownRecord {
  const unknown = (reason: string): UnknownRecord => new UnknownRecord('steps', reason)
  if (payload.length < COLUMNS_PREFIX) return unknown('columns without a header')
  const start = COLUMNS_PREFIX + payload.readUInt32LE(1)
  if (start > payload.length) return unknown('columns without a header')
  const header = parseJson(payload.toString('utf8', COLUMNS_PREFIX, start))
  if (!isColumnsHeader(header)) return unknown('a header of columns without first, count or names')
  const { first, count, names } = header
  if (payload.length !== start + 4 * count * names.length) return unknown('columns of another length than told')
  // One copy, which is aligned, for all columns.
  const values = new Float32Array(Uint8Array.prototype.slice.call(payload, start).buffer)
  const columns = names.map((name, index) => [name, values.subarray(index * count, (index + 1) * count)] as const)
  return { type: 'steps', first, series: Object.fromEntries(columns) }
}

interface ColumnsHeader {
  first: number
  count: number
  names: string[]
}

/** By hand, since most of a journal's records are columns. */
function isColumnsHeader(header: unknown): header is ColumnsHeader {
  if (typeof header !== 'object' || header === null) return false
  const { first, count, names } = header as Partial<Record<keyof ColumnsHeader, unknown>>
  return (
    Number.isSafeInteger(first) &&
    (first as number) >= 0 &&
    Number.isSafeInteger(count) &&
    (count as number) >= 1 &&
    Array.isArray(names) &&
    names.length >= 1 &&
    names.every((name) => typeof name === 'string') &&
    new Set(names).size === names.length
  )
}

function decodePlainSteps(value: unknown): StepColumns | UnknownRecord {
  const { success, data, error } = plainStepsSchema.safeParse(value)
  if (!success) return new UnknownRecord('steps', reasonOf(error))
  const columns = Object.entries(data.series)
  const count = columns[0]?.[1].length ?? 0
  if (columns.some(([, column]) => column.length !== count))
    return new UnknownRecord('steps', 'columns of unequal lengths')
  const series = columns.map(([name, column]) => [name, Float32Array.from(column, (value) => value ?? NaN)] as const)
  return { type: 'steps', first: data.first, series: Object.fromEntries(series) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function typeOf(value: unknown): string {
  const type = (value as { type?: unknown } | null)?.type
  return typeof type === 'string' ? type.slice(0, 100) : ''
}

const reasonOf = (error: z.ZodError): string => {
  const [issue] = error.issues
  return issue ? `${issue.path.join('.')}: ${issue.message}` : error.message
}
