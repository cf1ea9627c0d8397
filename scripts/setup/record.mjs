import { createHash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/**
 * What a step made: each file under a folder with its size, time, whether it may be executed, and SHA-256. Sizes and
 * times are looked at whenever the step is; a file whose time has changed is hashed; `damages` hashes all.
 * A record that cannot be read, or is of other inputs, counts as none.
 */
const FORMAT = 1

/** The name of a record that lies in the folder it tells of; those of parts begin like it. */
export const RECORD = '.residuum.json'
export const isRecord = (path) => path.startsWith('.residuum')

/** A step was never done here, or its record is gone. */
export const NOT_MADE = 'there is no whole record of it'

/** Paths below `folder`, with forward slashes: files and links, no folders. `skip` says which names are left out. */
export function filesBelow(folder, skip = () => false, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix ? `${prefix}/${entry.name}` : entry.name
    if (skip(path)) return []
    return entry.isDirectory() ? filesBelow(folder, skip, path) : [path]
  })
}

/**
 * Writes, whole or not at all, that `paths` below `folder` were made of the inputs that `key` names. Call it last.
 * @param record { file, folder, key }
 */
export function writeRecord({ file, folder, key }, paths = filesBelow(folder, isRecord)) {
  const files = Object.create(null)
  for (const path of paths) files[path] = describe(join(folder, path))
  save(file, { format: FORMAT, key, files })
}

function describe(path) {
  const info = lstatSync(path)
  if (info.isSymbolicLink()) return [readlinkSync(path)]
  return [info.size, info.mtimeMs, info.mode & 0o100 ? 1 : 0, hashOf(path)]
}

function save(file, content) {
  const partial = `${file}.${process.pid}.partial`
  try {
    const handle = openSync(partial, 'w')
    try {
      const bytes = Buffer.from(JSON.stringify(content))
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** SHA-256 of a file, in hexadecimal; read in pieces, since libtensorflow has 700 MB. */
export function hashOf(path) {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(1 << 20)
  const handle = openSync(path, 'r')
  try {
    for (let count; (count = readSync(handle, piece)) > 0;) hash.update(piece.subarray(0, count))
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}

/** The files of a record, or null where there is none of these inputs that can be read. */
function read({ file, key }) {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const { format, files } = content
    if (format !== FORMAT || content.key !== key || typeof files !== 'object') return null
    const entries = Object.entries(files)
    const valid = entries.every(
      ([, entry]) =>
        Array.isArray(entry) &&
        (entry.length === 1 ? typeof entry[0] === 'string' : entry.length === 4 && Number.isFinite(entry[0]))
    )
    return valid && entries.length > 0 ? { content, entries } : null
  } catch {
    return null
  }
}

/** The first thing that is not as the record says, in words; null where all holds. Looks at sizes and times. */
export function problemWith(record) {
  const found = read(record)
  if (!found) return NOT_MADE
  let touched = false
  for (const [path, entry] of found.entries) {
    const { problem, time } = compare(join(record.folder, path), entry)
    if (problem) return `${path} ${problem}`
    if (time === undefined || time === entry[1]) continue
    if (hashOf(join(record.folder, path)) !== entry[3]) return `${path} has other contents`
    entry[1] = time
    touched = true
  }
  if (touched) {
    try {
      save(record.file, found.content)
    } catch {
      // Where nothing can be written, the file is hashed again next time.
    }
  }
  return null
}

/** Everything that is not as the record says, by hashes: a line of words each. */
export function damages(record) {
  const found = read(record)
  if (!found) return [NOT_MADE]
  return found.entries.flatMap(([path, entry]) => {
    const { problem } = compare(join(record.folder, path), entry)
    if (problem) return [`${path} ${problem}`]
    return entry.length === 4 && hashOf(join(record.folder, path)) !== entry[3] ? [`${path} has other contents`] : []
  })
}

function compare(path, entry) {
  const info = lstatSync(path, { throwIfNoEntry: false })
  if (!info) return { problem: 'is missing' }
  if (entry.length === 1) {
    return info.isSymbolicLink() && readlinkSync(path) === entry[0] ? {} : { problem: `does not link to ${entry[0]}` }
  }
  if (!info.isFile()) return { problem: 'is no file' }
  if (info.size !== entry[0]) return { problem: `has ${info.size} bytes instead of ${entry[0]}` }
  if (entry[2] && !(info.mode & 0o100)) return { problem: 'may not be executed' }
  return { time: info.mtimeMs }
}
