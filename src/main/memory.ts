import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'

/** Where the kernel tells of memory; tests have folders of their own. */
export interface MemorySources {
  proc: string
  cgroup: string
}
const SYSTEM: MemorySources = { proc: '/proc', cgroup: '/sys/fs/cgroup' }

export interface Memory {
  /** Bytes that this process may have with all that run beside it: the machine's, or its container's if that is less. */
  total: number
  /** Bytes that are free now, what can be taken back from files included. */
  free: number
  /** Whether a container or another control group sets `total`. */
  contained: boolean
}

/**
 * How much memory there is, by the machine and by every control group around this process (Linux, versions 1 and 2);
 * elsewhere what the system says. memory.high counts as a limit: beyond it the kernel slows a process to a standstill.
 */
export function readMemory(sources = SYSTEM): Memory {
  const system = readTable(join(sources.proc, 'meminfo'))
  const kibibytes = (name: string): number | null => {
    const value = system.get(name)
    return value === undefined ? null : value * 1024
  }
  let total = kibibytes('MemTotal') ?? totalmem()
  let free = kibibytes('MemAvailable') ?? freemem()
  let contained = false
  for (const group of controlGroups(sources)) {
    const limit = Math.min(...group.limits.map((name) => readNumber(join(group.folder, name)) ?? Infinity))
    if (limit < total) {
      total = limit
      contained = true
    }
    const used = readNumber(join(group.folder, group.usage))
    if (limit === Infinity || used === null) continue
    const table = readTable(join(group.folder, 'memory.stat'))
    const cached = group.cached.reduce((sum, name) => sum + (table.get(name) ?? 0), 0)
    free = Math.min(free, Math.max(0, limit - Math.max(0, used - cached)))
  }
  return { total, free: Math.min(free, total), contained }
}

/**
 * How many processes the kernel has killed for want of memory, in the control groups around this one and on the
 * machine since it started; null where the kernel does not count.
 */
export function countMemoryKills(sources = SYSTEM): number | null {
  const counts = controlGroups(sources).map(({ folder, kills }) => readTable(join(folder, kills)).get('oom_kill'))
  const known = [...counts, readTable(join(sources.proc, 'vmstat')).get('oom_kill')].filter((one) => one !== undefined)
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0)
}

interface ControlGroup {
  folder: string
  limits: readonly string[]
  usage: string
  /** Entries of memory.stat that count what files have in memory, which the kernel takes back first. */
  cached: readonly string[]
  /** The file with `oom_kill`. */
  kills: string
}

const VERSION_2: Omit<ControlGroup, 'folder'> = {
  limits: ['memory.max', 'memory.high'],
  usage: 'memory.current',
  cached: ['inactive_file', 'active_file'],
  kills: 'memory.events'
}
const VERSION_1: Omit<ControlGroup, 'folder'> = {
  limits: ['memory.limit_in_bytes'],
  usage: 'memory.usage_in_bytes',
  cached: ['total_inactive_file', 'total_active_file'],
  kills: 'memory.oom_control'
}

/** The memory control groups around this process, its own first. */
function controlGroups({ proc, cgroup }: MemorySources): ControlGroup[] {
  const lines = (readText(join(proc, 'self/cgroup')) ?? '').split('\n')
  return lines.flatMap((line) => {
    // `0::/path` in version 2, `4:cpu,memory:/path` in version 1.
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined) return []
    if (controllers === '') {
      // Beside version 1 it is mounted in a folder of its own.
      const mounts = [cgroup, join(cgroup, 'unified')]
      return mounts.flatMap((mount) => upwards(mount, path)).map((folder) => ({ folder, ...VERSION_2 }))
    }
    if (!controllers!.split(',').includes('memory')) return []
    return upwards(join(cgroup, 'memory'), path).map((folder) => ({ folder, ...VERSION_1 }))
  })
}

/**
 * The folders of a group and of those around it. In a container the path may be the host's, of which nothing is mounted
 * but the container's own group, in the place of the root.
 */
function upwards(mount: string, path: string): string[] {
  const folders: string[] = []
  for (let at = path; at !== '/'; at = dirname(at)) folders.push(join(mount, at))
  return [...folders, mount]
}

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** The number in a file; null for `max`, for what stands for no limit in version 1, and where there is no such file. */
function readNumber(file: string): number | null {
  const text = readText(file)?.trim()
  return text !== undefined && /^\d+$/.test(text) && Number(text) < 2 ** 60 ? Number(text) : null
}

/** A file of lines `name value` or `name: value kB`. */
function readTable(file: string): Map<string, number> {
  const found = (readText(file) ?? '').matchAll(/^(\w+):?\s+(\d+)/gm)
  return new Map(Array.from(found, ([, name, value]) => [name!, Number(value)]))
}
