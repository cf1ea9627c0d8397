import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countMemoryKills, readMemory, type MemorySources } from '../../src/main/memory'
import { temporaryFolder } from './support'

const GIB = 2 ** 30
const MEMINFO = `MemTotal:       ${16 * 1024 * 1024} kB\nMemFree:  1024 kB\nMemAvailable:   ${12 * 1024 * 1024} kB\n`

/** A pretended /proc and /sys/fs/cgroup. */
function pretend(files: Record<string, string | number>): MemorySources {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), `${text}\n`)
  }
  return { proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup') }
}

describe('memory', () => {
  it('of a machine without limits is the machine’s', () => {
    const own = { total: 16 * GIB, free: 12 * GIB, contained: false }
    expect(readMemory(pretend({}))).toEqual(own)
    expect(readMemory(pretend({ 'proc/self/cgroup': '0::/', 'cgroup/memory.stat': 'anon 5' }))).toEqual(own)
    const none = {
      'proc/self/cgroup': '0::/user.slice/a\n',
      'cgroup/user.slice/memory.max': 'max',
      'cgroup/user.slice/memory.high': 'max',
      'cgroup/user.slice/memory.current': 3 * GIB,
      'cgroup/user.slice/a/memory.max': 64 * GIB
    }
    expect(readMemory(pretend(none))).toEqual(own)
  })

  it('of a container, version 2, is what its own group leaves, what files have in memory counted as free', () => {
    const sources = pretend({
      'proc/self/cgroup': '0::/',
      'cgroup/memory.max': 2.5 * GIB,
      'cgroup/memory.high': 'max',
      'cgroup/memory.current': 2 * GIB,
      'cgroup/memory.stat': `anon ${GIB}\nfile ${GIB}\ninactive_file ${0.5 * GIB}\nactive_file ${0.25 * GIB}\n`
    })
    expect(readMemory(sources)).toEqual({ total: 2.5 * GIB, free: 1.25 * GIB, contained: true })
  })

  it('is the least that any group up to the root leaves, and memory.high is a limit too', () => {
    const sources = pretend({
      'proc/self/cgroup': '0::/pod/app\n',
      'cgroup/pod/memory.max': 4 * GIB,
      'cgroup/pod/memory.high': 3 * GIB,
      'cgroup/pod/memory.current': 2.5 * GIB,
      'cgroup/pod/app/memory.max': 3.5 * GIB,
      'cgroup/pod/app/memory.current': GIB
    })
    expect(readMemory(sources)).toEqual({ total: 3 * GIB, free: 0.5 * GIB, contained: true })
  })

  it.each([
    ['by its own path', '4:cpu,memory:/docker/abc', 'memory/docker/abc/'],
    ['mounted in the place of the root', '4:memory:/docker/abc\n0::/', 'memory/']
  ])('of a container, version 1, %s', (_, lines, folder) => {
    const sources = pretend({
      'proc/self/cgroup': lines,
      [`cgroup/${folder}memory.limit_in_bytes`]: 2 * GIB,
      [`cgroup/${folder}memory.usage_in_bytes`]: GIB,
      [`cgroup/${folder}memory.stat`]: `inactive_file 1\ntotal_inactive_file ${0.5 * GIB}\ntotal_active_file 0`,
      [`cgroup/${folder}memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 3'
    })
    expect(readMemory(sources)).toEqual({ total: 2 * GIB, free: 1.5 * GIB, contained: true })
    expect(countMemoryKills(sources)).toBe(3)
  })

  it('of version 1 without a limit is the machine’s', () => {
    const sources = pretend({
      'proc/self/cgroup': '4:memory:/',
      'cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      'cgroup/memory/memory.usage_in_bytes': 20 * GIB
    })
    expect(readMemory(sources)).toEqual({ total: 16 * GIB, free: 12 * GIB, contained: false })
  })

  it('is never more than the machine has, nor free beyond the limit or below nothing', () => {
    const sources = pretend({
      'proc/self/cgroup': '0::/',
      'cgroup/memory.max': GIB,
      'cgroup/memory.current': 3 * GIB
    })
    expect(readMemory(sources)).toEqual({ total: GIB, free: 0, contained: true })
    const { total, free } = readMemory()
    expect(free).toBeGreaterThan(0)
    expect(free).toBeLessThanOrEqual(total)
  })

  it('kills are counted in every group and on the machine; where nobody counts, that is said', () => {
    expect(countMemoryKills(pretend({}))).toBeNull()
    const sources = pretend({
      'proc/self/cgroup': '0::/a/b',
      'proc/vmstat': 'pgfault 7\noom_kill 2',
      'cgroup/a/b/memory.events': 'low 0\nhigh 9\noom 4\noom_kill 1'
    })
    expect(countMemoryKills(sources)).toBe(3)
  })
})
