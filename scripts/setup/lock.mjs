import { spawn, spawnSync } from 'node:child_process'
import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { cache, root } from './folders.mjs'
import { SetupError, say } from './log.mjs'

/**
 * What set-ups at once wait for: one at a time changes the checkout, one at a time the cache. The kernel holds the
 * locks for the files' openings and drops them with the last process that has one: set-up itself, or what it started
 * and left behind when it was killed, since that still writes.
 */
const lockFiles = () => [join(root, 'package.json'), join(cache, '.lock')]

const held = []

/** Openings that the programs started by set-up inherit. */
export const heldLocks = () => [...held]

/** Takes the locks, waiting for whoever has them, and says so. Gives a function that lets go of them. */
export async function lockSetUp(files = lockFiles()) {
  // macOS has no flock program; only the npm packages are set up there.
  if (process.platform !== 'linux') return () => undefined
  for (const file of files) held.push(await lock(file))
  return () => {
    for (const handle of held.splice(0)) closeSync(handle)
  }
}

async function lock(file) {
  for (;;) {
    const handle = open(file)
    // `flock` locks the opening that it inherits as its descriptor 3; ours and those of later children share it.
    const { status, error } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', handle] })
    if (error) throw new SetupError('flock was not found. Install util-linux and try again.')
    if (status !== 0) {
      say(`Another set-up, or a download that one left behind, is at work; waiting for it to end (${file}).`)
      await wait(handle, file)
    }
    if (isSame(handle, file)) return handle
    // It was deleted meanwhile, and others may lock a new one of that name.
    closeSync(handle)
  }
}

function open(file) {
  try {
    // Network file systems lock only what is open for writing. Nothing is written.
    return openSync(file, 'a')
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
    try {
      return openSync(file, 'r')
    } catch {
      throw new SetupError(`${file} cannot be opened (${error.code}), so set-up has no place to work in.`)
    }
  }
}

function wait(handle, file) {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['3'], { stdio: ['ignore', 'ignore', 'ignore', handle] })
    const failed = () => reject(new SetupError(`${file} could not be locked.`))
    child.on('error', failed)
    child.on('exit', (code) => (code === 0 ? resolve() : failed()))
  })
}

function isSame(handle, file) {
  const [own, there] = [fstatSync(handle), statSync(file, { throwIfNoEntry: false })]
  return there !== undefined && own.ino === there.ino && own.dev === there.dev
}
