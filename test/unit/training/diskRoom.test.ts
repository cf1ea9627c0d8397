import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TrainingControl } from '../../../src/main/training/control'
import { describeFullDisk, DiskRoom, type OnFullDisk } from '../../../src/main/training/diskRoom'
import { Stopwatch } from '../../../src/main/training/stopwatch'
import { ResiduumError } from '../../../src/shared/errors'
import type { TrainingEvent } from '../../../src/shared/run/events'
import { temporaryFolder } from '../support'

const file = join(import.meta.dirname, 'journal')
const full = (): Promise<never> => Promise.reject(new ResiduumError('disk-full', { file }))

function room(policy: OnFullDisk) {
  const events: TrainingEvent[] = []
  const control = new TrainingControl()
  const stopwatch = new Stopwatch()
  return {
    events,
    control,
    stopwatch,
    room: new DiskRoom(policy, control, stopwatch, (event) => events.push(event), 1)
  }
}

describe('a full disk', () => {
  it('is waited for, said once, its time not counted, and what was to be written is', async () => {
    const { events, stopwatch, room: own } = room('wait')
    const ran: boolean[] = []
    const write = () => {
      ran.push(stopwatch.isRunning)
      return ran.length < 4 ? full() : Promise.resolve('written')
    }
    expect(await own.insist(write, 1e6)).toBe('written')
    expect(ran).toEqual([true, false, false, false])
    expect(stopwatch.isRunning).toBe(true)
    // While the user pauses the run its time stands as before.
    stopwatch.pause()
    ran.length = 0
    await own.insist(write, 1e6)
    expect([...ran, stopwatch.isRunning]).toEqual(Array(5).fill(false))
    events.splice(2)
    expect(events.map(({ type }) => type)).toEqual(['disk-full', 'recovered'])
  })

  it('ends the run at once where that is wanted', async () => {
    const { events, room: own } = room('stop')
    await expect(own.insist(full, 1)).rejects.toMatchObject({ code: 'disk-full' })
    expect(events).toEqual([])
  })

  it('is waited for no longer than until the user stops', async () => {
    const { control, room: own } = room('wait')
    const waiting = own.insist(() => {
      setImmediate(() => control.stop())
      return full()
    }, 1)
    await expect(waiting).rejects.toMatchObject({ code: 'disk-full' })
  })

  it('is told apart from what no waiting helps', async () => {
    const { events, room: own } = room('wait')
    const readOnly = new ResiduumError('run-read-only', { file, message: 'EROFS' })
    await expect(own.insist(() => Promise.reject(readOnly), 1)).rejects.toBe(readOnly)
    expect(events).toEqual([])
  })
})

describe('what is said of a full disk', () => {
  it('is where it is mounted and how much is missing, if that is known', async () => {
    const inFolder = join(temporaryFolder(), 'journal')
    const error = await describeFullDisk(inFolder, 2 ** 60)
    if (error.code !== 'disk-full-missing') throw new Error(error.code)
    const { parameters } = error
    expect(inFolder.startsWith(String(parameters.disk))).toBe(true)
    const missing = Number(parameters.missing) * 2 ** 20
    expect(missing).toBeGreaterThan(2 ** 59)
    expect(missing).toBeLessThan(2 ** 60)
    // With room all the same it is a quota.
    expect(await describeFullDisk(inFolder, 1)).toMatchObject({ code: 'disk-full-waiting' })
  })
})
