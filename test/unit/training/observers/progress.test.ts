import { describe, expect, it, vi } from 'vitest'
import { TrainingControl } from '../../../../src/main/training/control'
import type { Observer } from '../../../../src/main/training/observers/observer'
import { ProgressReporter } from '../../../../src/main/training/observers/progress'
import type { TrainingEvent } from '../../../../src/shared/run/events'
import { PretendNetwork, pretendRun } from '../pretend'

const counts = { train: 8, test: 4 }

function collected() {
  const events: TrainingEvent[] = []
  return { events, reporter: new ProgressReporter(2, counts, (event) => events.push(event)) }
}

describe('ProgressReporter', () => {
  it('tells every step once, in order and before its epoch, with a share that grows to the whole', async () => {
    const { events, reporter } = collected()
    const now = vi.spyOn(performance, 'now')
    let clock = 0
    // Each look at the clock is later than what is gathered for, so that nothing waits.
    now.mockImplementation(() => (clock += 200))
    await pretendRun([reporter])
    now.mockRestore()
    const steps = events.flatMap((event) => (event.type === 'steps' ? event.steps : []))
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 8 }, (_, step) => [step, Math.floor(step / 4)])
    )
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []))
    const phases = progress.map(({ phase, epoch, done }) => `${phase} ${epoch} ${done}`)
    const epoch = (number: number): string[] => [
      ...[2, 4, 6, 8].map((done) => `training ${number} ${done}`),
      ...[2, 4].map((done) => `evaluating ${number} ${done}`)
    ]
    expect(phases).toEqual(['preparing 0 0', ...epoch(0), ...epoch(1)])
    const shares = progress.map(({ fraction }) => fraction)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(progress.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 })
    const places = events.map(({ type }) => type)
    expect(places.lastIndexOf('epoch')).toBeGreaterThan(places.lastIndexOf('steps'))
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2)
  })

  it('gathers steps and tells those that are left at the end', async () => {
    const { events, reporter } = collected()
    const now = vi.spyOn(performance, 'now').mockReturnValue(1)
    await pretendRun([reporter], { change: { epochs: 1 } })
    now.mockRestore()
    expect(events.map(({ type }) => type)).toEqual(['progress', 'steps', 'progress', 'epoch'])
  })

  it('tells of a pause and leaves its length out of the speed', async () => {
    const { events, reporter } = collected()
    const control = new TrainingControl()
    let clock = 0
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    const ticking: Observer = {
      stepBegin: () => void (clock += 100),
      stepEnd: (_, { metrics }) => {
        if (metrics.step !== 2) return
        control.pause()
        setImmediate(() =>
          setImmediate(() => {
            clock += 60_000
            control.resume()
          })
        )
      }
    }
    await pretendRun([ticking, reporter], { control })
    now.mockRestore()
    expect(events.flatMap(({ type }) => (type === 'paused' || type === 'resumed' ? [type] : []))).toEqual([
      'paused',
      'resumed'
    ])
    const speeds = events.flatMap((event) =>
      event.type === 'progress' && event.progress.phase === 'training' ? [event.progress.imagesPerSecond!] : []
    )
    // Two pictures in a tenth of a second each time.
    for (const speed of speeds) expect(speed).toBeCloseTo(20, 6)
    expect(speeds.length).toBeGreaterThan(3)
  })

  it.each([0, 6])('leaves out the time of the first step that a process makes, at step %i', async (step) => {
    const { events, reporter } = collected()
    let clock = 0
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    // The first step takes a minute, later ones a tenth of a second.
    const ticking: Observer = { stepBegin: (run) => void (clock += run.step === step ? 60_000 : 100) }
    const network = new PretendNetwork()
    // What was measured before a resume.
    const start = { step, epoch: Math.floor(step / 4), imagesPerSecond: step === 0 ? 0 : 15 }
    await pretendRun([ticking, reporter], { network, start })
    now.mockRestore()
    const [first, ...later] = events.flatMap((event) =>
      event.type === 'progress' && event.progress.phase === 'training' ? [event.progress.imagesPerSecond!] : []
    )
    expect(first).toBeCloseTo(2 / 60, 6)
    for (const speed of later) expect(speed).toBeCloseTo(20, 6)
    const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event.metrics.imagesPerSecond] : []))
    for (const speed of epochs) expect(speed).toBeCloseTo(20, 6)
    expect([later.length, epochs.length]).toEqual(step === 0 ? [7, 2] : [1, 1])
  })
})
