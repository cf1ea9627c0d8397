import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import process from 'node:process'
import { promisify } from 'node:util'
import { z } from 'zod'

/** What tells a process from every other, of all computers and times. No part of it is a clock that somebody can set. */
export const processSchema = z.object({
  host: z.string(),
  /** Of this start of the computer; empty on Windows. */
  boot: z.string(),
  /** In which its pid counts: containers have their own. Empty where there are none. */
  namespace: z.string(),
  pid: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  /** When it started, as the system writes it; a pid is given again. Empty on Windows, where the pid alone must do. */
  started: z.string()
})
export type ProcessIdentity = z.infer<typeof processSchema>

/** Lives on this computer; is dead; or belongs to another computer or container, where it cannot be seen from here. */
export type Life = 'alive' | 'dead' | 'elsewhere'

let own: Promise<ProcessIdentity> | null = null

/** This process. */
export const identity = (): Promise<ProcessIdentity> => (own ??= describe())

async function describe(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    boot: await bootId(),
    namespace: process.platform === 'linux' ? await readlink('/proc/self/ns/pid') : '',
    pid: process.pid,
    started: (await startOf(process.pid)) ?? ''
  }
}

/** Whether a process goes on living. A stopped one lives. */
export async function lifeOf(other: ProcessIdentity): Promise<Life> {
  const self = await identity()
  if (other.host !== self.host) return 'elsewhere'
  if (other.boot !== self.boot) return 'dead'
  if (other.namespace !== self.namespace) return 'elsewhere'
  const started = await startOf(other.pid)
  // What may not be seen of another user's process counts as the same.
  return started === '' || other.started === '' || started === other.started ? 'alive' : 'dead'
}

/** When a process started; empty where that may not be seen, null where it does not live (or is dead and not yet buried). */
async function startOf(pid: number): Promise<string | null> {
  if (!isThere(pid)) return null
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
    if (stat === null) return isThere(pid) ? '' : null
    // The name in parentheses before may hold spaces and parentheses; then come the state, field 3, and on to field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return ['Z', 'X'].includes(fields[0]!) ? null : fields[19]!
  }
  if (process.platform === 'win32') return ''
  const line = await ask('ps', '-o', 'stat=', '-o', 'lstart=', '-p', String(pid))
  if (line === '') return isThere(pid) ? '' : null
  return line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '')
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function bootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  // Not kern.boottime, which moves with the clock.
  return process.platform === 'darwin' ? ask('sysctl', '-n', 'kern.bootsessionuuid') : ''
}

/** What a command prints; empty where it fails. */
const ask = async (command: string, ...args: string[]): Promise<string> => {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  return promisify(execFile)(command, args, { env }).then(
    ({ stdout }) => stdout.trim(),
    () => ''
  )
}
