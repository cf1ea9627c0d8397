import { visible } from './visible'

/** File systems take 255 bytes; a number or an extension of the user's own should still fit. */
const MAX_BYTES = 200
/** Devices of Windows, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A file's name that Linux, macOS and Windows take, made of a user's name for something: what is not allowed or not
 * seen becomes `_`, a long name is cut at a whole character.
 */
export function fileName(name: string, extension: string): string {
  const plain = [...name].map((character) => (visible(character) === character ? character : '_')).join('')
  let stem = plain.replace(/[\\/:*?"<>|]/g, '_').trim()
  const encoder = new TextEncoder()
  while (encoder.encode(stem).length > MAX_BYTES) stem = [...stem].slice(0, -1).join('')
  // Windows drops dots and spaces at the end; a dot in front hides a file elsewhere.
  stem = stem.replace(/^\.+/, (dots) => '_'.repeat(dots.length)).replace(/[. ]+$/, '')
  if (stem === '' || DEVICES.test(stem.split('.')[0]!)) stem = `_${stem}`
  return `${stem}.${extension}`
}
