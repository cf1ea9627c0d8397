import { constants } from 'node:os'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endingSignals, exitCodes, heedSignals } from '../../src/main/endings'

describe('signals that end a program', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('are one request when terminal and npm both send it, and are counted where the user asks again', () => {
    const asked: [string, number][] = []
    const undo = heedSignals((...request) => asked.push(request))
    for (let press = 0; press < 3; press++) {
      process.emit('SIGINT', 'SIGINT')
      vi.advanceTimersByTime(200)
      process.emit('SIGINT', 'SIGINT')
      vi.advanceTimersByTime(1500)
    }
    process.emit('SIGTERM', 'SIGTERM')
    undo()
    process.emit('SIGHUP', 'SIGHUP')
    expect(asked).toEqual([
      ['SIGINT', 1],
      ['SIGINT', 2],
      ['SIGINT', 3],
      ['SIGTERM', 4]
    ])
  })

  it('count from the last that did, so that fast presses are heard too', () => {
    let most = 0
    const undo = heedSignals((_, count) => (most = count))
    for (let press = 0; press < 9; press++) {
      process.emit('SIGINT', 'SIGINT')
      vi.advanceTimersByTime(400)
    }
    undo()
    expect(most).toBe(3)
  })

  it('have the exit codes of a shell', () => {
    for (const signal of [...endingSignals, 'SIGPIPE'] as const) {
      expect(exitCodes[signal]).toBe(128 + constants.signals[signal])
    }
  })
})
