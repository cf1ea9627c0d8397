import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Runner, type Recorder } from '../../../src/main/jobs/runner'
import { ResiduumError } from '../../../src/shared/errors'
import { presetExperiment } from '../../../src/shared/presets'
import type { TrainingState } from '../../../src/shared/ipc/routes'
import type { TrainingEvent } from '../../../src/shared/run/events'
import { device, ended, pretend, started, type PretendedTrainer } from './pretended'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const experiment = presetExperiment('lenet-5')
const steps: TrainingEvent = { type: 'steps', steps: [] }
const epoch = (number: number): TrainingEvent => ({
  type: 'epoch',
  metrics: {
    epoch: number,
    loss: 1,
    trainAccuracy: 0.5,
    testLoss: 1,
    testAccuracy: 0.5,
    validationLoss: null,
    validationAccuracy: null,
    score: 0.5,
    seconds: 1,
    imagesPerSecond: 1
  },
  evaluation: {
    epoch: number,
    k: 1,
    pictures: new Uint32Array(),
    labels: new Uint16Array(),
    classes: new Uint16Array(),
    probabilities: new Float32Array(),
    trueProbability: new Float32Array()
  }
})

class Records implements Recorder {
  readonly log: unknown[] = []
  failure: Error | null = null
  private made = 0

  create(): string {
    this.made += 1
    return `run-${this.made}`
  }

  reopen(run: string): typeof experiment {
    if (run === 'lost') throw new ResiduumError('run-missing', { id: run })
    return experiment
  }

  folder(run: string): string {
    return `/runs/${run}`
  }

  evaluationSpace(): number {
    return 64
  }

  record(run: string, event: TrainingEvent): void {
    this.keep(run, event.type)
  }

  beat(run: string): void {
    this.keep(run, 'beat')
  }

  interrupt(run: string, cause: unknown): void {
    this.keep(run, cause)
  }

  private keep(...entry: unknown[]): void {
    if (this.failure) throw this.failure
    this.log.push(entry)
  }
}

function begin(): {
  runner: Runner
  records: Records
  trainers: PretendedTrainer[]
  told: (TrainingState | null)[]
  changed: string[]
  ports: unknown[]
} {
  const { processes, trainers } = pretend()
  const records = new Records()
  const told: (TrainingState | null)[] = []
  const changed: string[] = []
  const ports: unknown[] = []
  const runner = new Runner(processes, records, {
    training: (state) => told.push(state),
    runsChanged: (id) => changed.push(id),
    port: (port) => ports.push(port)
  })
  return { runner, records, trainers, told, changed, ports }
}
const busy = expect.objectContaining({ code: 'trainer-busy' })

describe('a run', () => {
  it('is made, given to a trainer and told of, with a port for the window', () => {
    const { runner, trainers, told, changed, ports } = begin()
    expect(runner.start(experiment)).toBe('run-1')
    expect(trainers[0]!.requests).toMatchObject([
      { type: 'train', experiment, folder: '/runs/run-1', resume: false, evaluationSpace: 64 },
      { type: 'port' }
    ])
    expect(ports).toEqual([{ name: '1.2' }])
    expect(runner.state).toEqual({ run: 'run-1', status: 'running', progress: null, warning: null })
    expect(told).toEqual([runner.state])
    expect(changed).toEqual(['run-1'])
  })

  it('is the only one: another start or continuation is refused and makes nothing, until the trainer is gone', () => {
    const { runner, trainers, records } = begin()
    runner.start(experiment)
    trainers[0]!.tell(ended)
    expect(() => runner.start(experiment)).toThrow(busy)
    expect(() => runner.continue('run-9')).toThrow(busy)
    expect(trainers).toHaveLength(1)
    trainers[0]!.exit(9)
    expect(runner.state).toBeNull()
    expect(records.log).toEqual([['run-1', 'ended']])
    expect(runner.start(experiment)).toBe('run-2')
    expect(trainers).toHaveLength(2)
  })

  it('goes on in its folder; where it cannot, no trainer is forked and the next can start', () => {
    const { runner, trainers } = begin()
    expect(() => runner.continue('lost')).toThrow(expect.objectContaining({ code: 'run-missing' }))
    expect(trainers).toHaveLength(0)
    runner.continue('run-9')
    expect(trainers[0]!.requests[0]).toEqual({
      type: 'train',
      experiment,
      folder: '/runs/run-9',
      resume: true,
      evaluationSpace: 64
    })
  })

  it('is recorded event by event, beats while it lasts, and tells the window what it does not get on its port', () => {
    const { runner, trainers, records, told, changed } = begin()
    runner.start(experiment)
    const trainer = trainers[0]!
    const before = [told.length, changed.length]
    trainer.tell(steps)
    expect([told.length, changed.length]).toEqual(before)
    trainer.tell({ type: 'paused' })
    expect(runner.state?.status).toBe('paused')
    trainer.tell({ type: 'resumed' })
    expect(runner.state?.status).toBe('running')
    trainer.tell({ type: 'warning', error: { code: 'trainer-hangs', parameters: { seconds: 1 } } })
    expect(told.at(-1)?.warning?.code).toBe('trainer-hangs')
    expect([told.length, changed.length]).toEqual(before.map((count) => count + 3))
    vi.advanceTimersByTime(30_000)
    expect(records.log.map((entry) => (entry as string[])[1])).toEqual([
      'steps',
      'paused',
      'resumed',
      'warning',
      'beat'
    ])
    trainer.tell(ended)
    trainer.exit(9)
    vi.advanceTimersByTime(300_000)
    expect(records.log.at(-1)).toEqual(['run-1', 'ended'])
  })

  it('hands pause, resume, stop and a new port to its trainer; without a run there is nobody', () => {
    const { runner, trainers, told, ports } = begin()
    for (const ask of [() => runner.pause(), () => runner.resume(), () => runner.stop()]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'trainer-idle' }))
    }
    runner.connect()
    expect(ports).toEqual([])
    runner.start(experiment)
    runner.pause()
    runner.resume()
    runner.connect()
    runner.stop()
    expect(trainers[0]!.asked).toEqual(['train', 'port', 'pause', 'resume', 'port', 'stop'])
    expect(ports).toHaveLength(2)
    expect(told.at(-1)?.status).toBe('stopping')
  })

  it('that waits for room on a full disk says so until there is some', () => {
    const { runner, trainers, told } = begin()
    runner.start(experiment)
    const error = { code: 'disk-full-waiting' as const, parameters: { file: '/a', disk: '/' } }
    trainers[0]!.tell({ type: 'disk-full', error })
    expect(told.at(-1)?.warning).toEqual(error)
    trainers[0]!.tell({ type: 'recovered' })
    expect(told.at(-1)?.warning).toBeNull()
  })

  it('that hangs is warned of and goes on', () => {
    const { runner, trainers, told } = begin()
    runner.start(experiment)
    vi.advanceTimersByTime(179_000)
    expect(told.at(-1)?.warning).toBeNull()
    vi.advanceTimersByTime(1_000)
    expect(told.at(-1)?.warning).toEqual({ code: 'trainer-hangs', parameters: { seconds: 180 } })
    expect(trainers[0]!.killed).toBe(0)
  })
})

describe('a trainer that dies', () => {
  it('leaves its run interrupted, with the epochs recorded and those it went on from, and is not started again', () => {
    const { runner, trainers, records, told, changed } = begin()
    runner.continue('run-9')
    trainers[0]!.tell(started(4))
    trainers[0]!.tell(epoch(4))
    trainers[0]!.exit(11)
    const cause = { code: 'trainer-crashed', parameters: { signal: 'SIGSEGV', epoch: 5 } }
    expect(records.log.at(-1)).toEqual(['run-9', cause])
    expect(told.at(-1)).toBeNull()
    expect(changed.at(-1)).toBe('run-9')
    vi.advanceTimersByTime(3_600_000)
    expect(trainers).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('can be followed by another run also where its death cannot be recorded', () => {
    const { runner, trainers, records } = begin()
    runner.start(experiment)
    records.failure = new ResiduumError('disk-full', { file: 'x' })
    trainers[0]!.exit(9)
    expect(runner.state).toBeNull()
    records.failure = null
    runner.start(experiment)
    expect(trainers).toHaveLength(2)
  })
})

it('what cannot be recorded is warned of, counts as no epoch, and ends neither run nor app', () => {
  const { runner, trainers, records, told } = begin()
  runner.start(experiment)
  records.failure = new ResiduumError('disk-full', { file: 'x' })
  trainers[0]!.tell(epoch(0))
  expect(told.at(-1)).toMatchObject({ status: 'running', warning: { code: 'disk-full' } })
  vi.advanceTimersByTime(30_000)
  records.failure = null
  trainers[0]!.tell(epoch(1))
  trainers[0]!.exit(0)
  expect(records.log.at(-1)).toMatchObject(['run-1', { parameters: { epoch: 1 } }])
})

describe('the end of the app', () => {
  it('waits for the trainer to keep its run', async () => {
    const { runner, trainers } = begin()
    await runner.shutDown()
    runner.start(experiment)
    const over = runner.shutDown()
    expect(trainers[0]!.asked.at(-1)).toBe('stop')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(trainers[0]!.killed).toBe(0)
    trainers[0]!.exit(0)
    await over
    expect(trainers[0]!.killed).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('kills a trainer that does not answer, and does not wait for one that cannot even die', async () => {
    const { runner, trainers, records } = begin()
    runner.start(experiment)
    let over = false
    const end = runner.shutDown().then(() => (over = true))
    await vi.advanceTimersByTimeAsync(30_000)
    expect(trainers[0]!.killed).toBe(1)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await end
    trainers[0]!.exit(9)
    expect(records.log.at(-1)).toMatchObject(['run-1', { parameters: { epoch: 0 } }])
  })
})

describe('an examination', () => {
  it('gives the device and ends its process; without an answer it gives the error', async () => {
    const { runner, trainers } = begin()
    const first = runner.examine()
    trainers[0]!.say({ type: 'examined', device, error: null })
    expect(await first).toMatchObject({ device, error: null })
    expect(trainers[0]!.killed).toBe(1)
    let answer: unknown = null
    void runner.examine().then((given) => (answer = given))
    trainers[1]!.exit(127)
    // Not awaited: an answer that never came would hold the test.
    await vi.advanceTimersByTimeAsync(0)
    const error = { code: 'backend-missing', parameters: { message: 'exit code 127' } }
    expect(answer).toEqual({ device: null, error })
    expect(runner.state).toBeNull()
    expect(trainers).toHaveLength(2)
  })
})
