import { ResiduumError } from '../errors'

/** Marks of byte order at a text's beginning; the longer stand first. */
const MARKS: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ['UTF-32 LE', 0xff, 0xfe, 0, 0],
  ['UTF-32 BE', 0, 0, 0xfe, 0xff],
  ['UTF-16 LE', 0xff, 0xfe],
  ['UTF-16 BE', 0xfe, 0xff],
  ['GB18030', 0x84, 0x31, 0x95, 0x33]
]

/** Where zeros lie among the first four bytes of a JSON text, which begins with ASCII (RFC 4627, section 3). */
const ZEROS: Readonly<Record<string, string>> = {
  '.000': 'UTF-32 LE',
  '000.': 'UTF-32 BE',
  '.0.0': 'UTF-16 LE',
  '0.0.': 'UTF-16 BE'
}

/**
 * The text of a document's bytes: UTF-8, with or without a byte order mark. Every file of text is read by this.
 * Throws ResiduumError `text-encoding`, which names another encoding, or `text-damaged`, which says where it is not
 * UTF-8.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const encoding = markedEncoding(bytes)
  if (encoding !== null) throw new ResiduumError('text-encoding', { file, encoding })
  try {
    // It takes the mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (looksLikeGbk(bytes)) throw new ResiduumError('text-encoding', { file, encoding: 'GBK / GB18030' })
    throw new ResiduumError('text-damaged', { file, ...placeOfFault(bytes) }, { cause: error })
  }
}

/** A text that came as characters without the mark that an editor or a clipboard may have put in front. */
export const withoutMark = (text: string): string => text.replace(/^\ufeff/, '')

function markedEncoding(bytes: Uint8Array): string | null {
  const marked = MARKS.find(([, ...mark]) => mark.every((byte, index) => bytes[index] === byte))
  if (marked) return marked[0]
  const zeros = [...bytes.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : '.')).join('')
  return ZEROS[zeros] ?? null
}

/**
 * Whether bytes that are not UTF-8 are a Chinese text: all of them form characters of GB18030, and at least half of
 * these are signs and everyday characters of GB 2312 (lead bytes A1 to D7), which Latin letters with accents are not.
 */
function looksLikeGbk(bytes: Uint8Array): boolean {
  const within = (byte: number | undefined, from: number, to: number): boolean =>
    byte !== undefined && byte >= from && byte <= to
  let [characters, common] = [0, 0]
  for (let at = 0; at < bytes.length;) {
    const [lead, second] = [bytes[at]!, bytes[at + 1]]
    if (lead < 0x80) {
      at += 1
      continue
    }
    if (!within(lead, 0x81, 0xfe)) return false
    characters += 1
    if (within(second, 0x40, 0x7e) || within(second, 0x80, 0xfe)) {
      if (within(lead, 0xa1, 0xd7) && within(second, 0xa1, 0xfe)) common += 1
      at += 2
    } else if (within(second, 0x30, 0x39) && within(bytes[at + 2], 0x81, 0xfe) && within(bytes[at + 3], 0x30, 0x39)) {
      at += 4
    } else return false
  }
  return common * 2 >= characters
}

/** The first byte of what is no character of UTF-8: its line, and its value in hexadecimal. */
function placeOfFault(bytes: Uint8Array): { line: number; byte: string } {
  // The longest beginning that is whole, or cut off within a character: found by halves.
  let [good, bad] = [0, bytes.length]
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2)
    if (begins(bytes.subarray(0, middle))) good = middle
    else bad = middle - 1
  }
  const at = good - openBytes(bytes.subarray(0, good))
  const line = bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 1)
  return { line, byte: bytes[at]!.toString(16).toUpperCase().padStart(2, '0') }
}

/** How many bytes at the end belong to a character of which more should follow. */
function openBytes(bytes: Uint8Array): number {
  for (let count = 1; count <= 3; count++) {
    const byte = bytes[bytes.length - count]
    if (byte === undefined || byte < 0x80) return 0
    if (byte < 0xc0) continue
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return whole > count ? count : 0
  }
  return 0
}

function begins(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
