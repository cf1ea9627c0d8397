import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countMemoryKills } from '../../../src/main/memory'
import { causeOfDeath } from '../../../src/main/jobs/death'
import { leaveTrace, removeTrace } from '../../../src/main/training/traces'
import { temporaryFolder } from '../support'

describe('a trainer’s death', () => {
  it.each([
    [9, 1, 'trainer-out-of-memory'],
    [137, 1, 'trainer-out-of-memory'],
    [9, null, 'trainer-out-of-memory'],
    [9, 0, 'trainer-killed'],
    [11, 0, 'trainer-crashed'],
    [139, 0, 'trainer-crashed'],
    [134, null, 'trainer-crashed'],
    [6, 5, 'trainer-crashed'],
    [1, 0, 'trainer-died'],
    [0, null, 'trainer-lost'],
    [0, 0, 'trainer-lost'],
    [0, 1, 'trainer-out-of-memory']
  ] as const)('with code %i and %s kills for want of memory: %s', (code, kills, expected) => {
    expect(causeOfDeath(code, kills, 4)).toMatchObject({ code: expected, parameters: { epoch: 4 } })
  })

  it('names the signal of a crash', () => {
    expect(causeOfDeath(139, 0, 1).parameters).toEqual({ signal: 'SIGSEGV', epoch: 1 })
    expect(causeOfDeath(6, 0, 1).parameters).toEqual({ signal: 'SIGABRT', epoch: 1 })
  })

  it('is told by who goes on, where the kernel has killed for want of memory since', async () => {
    const folder = temporaryFolder()
    expect(await leaveTrace(folder)).toBeNull()
    expect(await leaveTrace(folder)).toBeNull()
    if (countMemoryKills() === null) return
    writeFileSync(join(folder, 'in-progress.json'), JSON.stringify({ memoryKills: -1 }))
    expect(await leaveTrace(folder)).toMatchObject({ code: 'memory-ran-out' })
    writeFileSync(join(folder, 'in-progress.json'), '{"memory')
    expect(await leaveTrace(folder)).toBeNull()
    await removeTrace(folder)
    expect(await leaveTrace(folder)).toBeNull()
  })
})
