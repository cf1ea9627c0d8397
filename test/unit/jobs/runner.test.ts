import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Runner, type RunKeeper } from '../../../src/main/jobs/runner'
import { ResiduumError } from '../../../src/shared/errors'
import { presetExperiment } from '../../../src/shared/presets'
import type { ErrorRecord } from '../../../src/shared/errorRecord'
import type { TrainingState } from '../../../src/shared/run/training'
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

/** Keeps runs in memory. What it is to fail with stands in `failure`; while `isSlow` it writes no death down. */
class Records implements RunKeeper {
  readonly log: string[] = []
  readonly causes: [string, ErrorRecord][] = []
  failure: Error | null = null
  /** Lets the deaths be written that wait. */
  bury: () => void = () => undefined
  isSlow = false
  /** Settled when lists have the run. */
  listed: Promise<void> = Promise.resolve()
  private made = 0

  async create(): Promise<string> {
    await Promise.resolve()
    if (this.failure) throw this.failure
    this.made += 1
    this.log.push(`created run-${this.made}`)
    return `run-${this.made}`
  }

  async reopen(run: string): Promise<typeof experiment> {
    await Promise.resolve()
    if (run === 'lost') throw new ResiduumError('run-missing', { id: run })
    this.log.push(`reopened ${run}`)
    return experiment
  }

  folder(run: string): string {
    if (run === 'nowhere') throw new ResiduumError('run-missing', { id: run })
    return `/runs/${run}`
  }

  async interrupt(run: string, cause: ErrorRecord): Promise<void> {
    if (this.isSlow) await new Promise<void>((resolve) => (this.bury = resolve))
    if (this.failure) throw this.failure
    this.log.push(`interrupted ${run}`)
    this.causes.push([run, cause])
  }
}

function begin(): {
  runner: Runner
  records: Records
  trainers: PretendedTrainer[]
  told: (TrainingState | null)[]
  changed: string[]
  expected: [string, boolean][]
  ports: unknown[]
} {
  const { processes, trainers } = pretend()
  const records = new Records()
  const told: (TrainingState | null)[] = []
  const changed: string[] = []
  const expected: [string, boolean][] = []
  const ports: unknown[] = []
  const runner = new Runner(processes, records, () => ({ evaluationSpace: 64, checkpointSpace: 0 }), {
    training: (state) => told.push(state),
    expected(run, isExpected) {
      expected.push([run, isExpected])
      return records.listed
    },
    runChanged: (id) => changed.push(id),
    port: (port) => ports.push(port)
  })
  return { runner, records, trainers, told, changed, expected, ports }
}
const busy = { code: 'trainer-busy' }
/** Lets what was promised be done. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('a run', () => {
  it('is made, given to a trainer and told of, with a port for the window', async () => {
    const { runner, trainers, told, expected, ports } = begin()
    expect(await runner.start(experiment)).toBe('run-1')
    expect(trainers[0]!.requests).toMatchObject([
      { type: 'train', experiment, folder: '/runs/run-1', resume: false, evaluationSpace: 64, checkpointSpace: 0 },
      { type: 'port' }
    ])
    expect(ports).toEqual([{ name: '1.2' }])
    expect(runner.state).toEqual({ run: 'run-1', status: 'running', progress: null, warning: null })
    expect(told).toEqual([runner.state])
    expect(expected).toEqual([['run-1', true]])
  })

  it('is trained at once, and its id given when lists have it', async () => {
    const { runner, trainers, records } = begin()
    let list = (): void => undefined
    records.listed = new Promise((resolve) => (list = resolve))
    let id: string | null = null
    expect(runner.isBusy).toBe(false)
    const start = runner.start(experiment).then((made) => (id = made))
    expect(runner.isBusy).toBe(true)
    await settle()
    expect(trainers).toHaveLength(1)
    expect(id).toBeNull()
    list()
    expect(await start).toBe('run-1')
  })

  it('is the only one: another start or continuation is refused and makes nothing, until the trainer is gone', async () => {
    const { runner, trainers, records, expected } = begin()
    await runner.start(experiment)
    trainers[0]!.tell(ended)
    await expect(runner.start(experiment)).rejects.toMatchObject(busy)
    await expect(runner.continue('run-9')).rejects.toMatchObject(busy)
    expect(trainers).toHaveLength(1)
    expect(expected).toEqual([['run-1', true]])
    trainers[0]!.exit(9)
    expect(runner.state).toBeNull()
    await settle()
    expect(expected.at(-1)).toEqual(['run-1', false])
    expect(await runner.start(experiment)).toBe('run-2')
    expect(trainers).toHaveLength(2)
    // It had told its end itself.
    expect(records.log).toEqual(['created run-1', 'created run-2'])
  })

  it('is the only one also of two that are wanted at once', async () => {
    const { runner, trainers, records } = begin()
    const outcomes = await Promise.allSettled([
      runner.start(experiment),
      runner.start(experiment),
      runner.continue('run-9')
    ])
    const refused = { status: 'rejected', reason: busy }
    expect(outcomes).toMatchObject([{ status: 'fulfilled', value: 'run-1' }, refused, refused])
    expect([trainers.length, records.log]).toEqual([1, ['created run-1']])
  })

  it('goes on in its folder; where it cannot, no trainer is forked and the next can start', async () => {
    const { runner, trainers, expected } = begin()
    await expect(runner.continue('lost')).rejects.toMatchObject({ code: 'run-missing' })
    await expect(runner.continue('nowhere')).rejects.toMatchObject({ code: 'run-missing' })
    expect([trainers.length, runner.state, expected]).toEqual([0, null, []])
    await runner.continue('run-9')
    expect(trainers[0]!.requests[0]).toEqual({
      type: 'train',
      experiment,
      folder: '/runs/run-9',
      resume: true,
      evaluationSpace: 64,
      checkpointSpace: 0
    })
  })

  it('that cannot be made is refused with the reason, and the next can start', async () => {
    const { runner, trainers, records } = begin()
    records.failure = new ResiduumError('disk-full', { file: 'x' })
    await expect(runner.start(experiment)).rejects.toMatchObject({ code: 'disk-full' })
    expect(trainers).toHaveLength(0)
    records.failure = null
    expect(await runner.start(experiment)).toBe('run-1')
  })

  it('tells the window what it does not get on its port, and the library that its folder changed', async () => {
    const { runner, trainers, told, changed } = begin()
    await runner.start(experiment)
    const trainer = trainers[0]!
    trainer.tell(steps)
    expect([told.length, changed.length]).toEqual([1, 0])
    trainer.tell({ type: 'paused' })
    expect(runner.state?.status).toBe('paused')
    trainer.tell({ type: 'resumed' })
    expect(runner.state?.status).toBe('running')
    trainer.tell({ type: 'warning', error: { code: 'trainer-hangs', parameters: { seconds: 1 } } })
    expect(told.at(-1)?.warning?.code).toBe('trainer-hangs')
    expect([told.length, changed]).toEqual([4, ['run-1', 'run-1', 'run-1']])
  })

  it('hands pause, resume, stop and a new port to its trainer; without a run there is nobody', async () => {
    const { runner, trainers, told, ports } = begin()
    for (const ask of [() => runner.pause(), () => runner.resume(), () => runner.stop()]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'trainer-idle' }))
    }
    runner.connect()
    expect(ports).toEqual([])
    await runner.start(experiment)
    runner.pause()
    runner.resume()
    runner.connect()
    runner.stop()
    expect(trainers[0]!.asked).toEqual(['train', 'port', 'pause', 'resume', 'port', 'stop'])
    expect(ports).toHaveLength(2)
    expect(told.at(-1)?.status).toBe('stopping')
  })

  it('that waits for room on a full disk says so until there is some', async () => {
    const { runner, trainers, told } = begin()
    await runner.start(experiment)
    const error = { code: 'disk-full-waiting' as const, parameters: { file: '/a', disk: '/' } }
    trainers[0]!.tell({ type: 'disk-full', error })
    expect(told.at(-1)?.warning).toEqual(error)
    trainers[0]!.tell({ type: 'recovered' })
    expect(told.at(-1)?.warning).toBeNull()
  })

  it('that hangs is warned of and goes on', async () => {
    const { runner, trainers, told } = begin()
    await runner.start(experiment)
    vi.advanceTimersByTime(179_000)
    expect(told.at(-1)?.warning).toBeNull()
    vi.advanceTimersByTime(1_000)
    expect(told.at(-1)?.warning).toEqual({ code: 'trainer-hangs', parameters: { seconds: 180 } })
    expect(trainers[0]!.killed).toBe(0)
  })
})

describe('a trainer that dies', () => {
  it('leaves its run interrupted, with the epochs told and those it went on from, and is not started again', async () => {
    const { runner, trainers, records, told, expected } = begin()
    await runner.continue('run-9')
    trainers[0]!.tell(started(4))
    trainers[0]!.tell(epoch(4))
    trainers[0]!.exit(11)
    expect(told.at(-1)).toBeNull()
    // What its folder says counts only once its death stands there.
    expect(expected).toEqual([['run-9', true]])
    await settle()
    const cause = { code: 'trainer-crashed', parameters: { signal: 'SIGSEGV', epoch: 5 } }
    expect(records.causes).toEqual([['run-9', cause]])
    expect(expected.at(-1)).toEqual(['run-9', false])
    vi.advanceTimersByTime(3_600_000)
    expect(trainers).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is written down before the next run begins, its own continuation too', async () => {
    const { runner, trainers, records } = begin()
    await runner.start(experiment)
    records.isSlow = true
    trainers[0]!.exit(9)
    const next = runner.continue('run-1')
    await settle()
    expect([trainers.length, records.log]).toEqual([1, ['created run-1']])
    records.bury()
    await next
    expect(trainers).toHaveLength(2)
    expect(records.log).toEqual(['created run-1', 'interrupted run-1', 'reopened run-1'])
  })

  it('can be followed by another run also where its death cannot be written down', async () => {
    const { runner, trainers, records, expected } = begin()
    await runner.start(experiment)
    records.failure = new ResiduumError('disk-full', { file: 'x' })
    trainers[0]!.exit(9)
    expect(runner.state).toBeNull()
    await settle()
    expect(expected.at(-1)).toEqual(['run-1', false])
    records.failure = null
    await runner.start(experiment)
    expect(trainers).toHaveLength(2)
  })
})

describe('the end of the app', () => {
  it('waits for the trainer to keep its run', async () => {
    const { runner, trainers } = begin()
    await runner.shutDown()
    await runner.start(experiment)
    const over = runner.shutDown()
    await settle()
    expect(trainers[0]!.asked.at(-1)).toBe('stop')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(trainers[0]!.killed).toBe(0)
    trainers[0]!.tell(ended)
    trainers[0]!.exit(0)
    await over
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stops a run that was just about to begin', async () => {
    const { runner, trainers } = begin()
    const beginning = runner.start(experiment)
    const over = runner.shutDown()
    await beginning
    await settle()
    expect(trainers[0]!.asked).toEqual(['train', 'port', 'stop'])
    trainers[0]!.tell(ended)
    trainers[0]!.exit(0)
    await over
  })

  it('waits until a death is written down, and not for ever', async () => {
    const { runner, trainers, records } = begin()
    await runner.start(experiment)
    records.isSlow = true
    trainers[0]!.exit(9)
    let over = false
    const end = runner.shutDown().then(() => (over = true))
    await vi.advanceTimersByTimeAsync(1_999)
    expect(over).toBe(false)
    records.bury()
    await end
    expect(records.log).toContain('interrupted run-1')
    await runner.start(experiment)
    trainers[1]!.exit(9)
    const endless = runner.shutDown()
    await vi.advanceTimersByTimeAsync(2_000)
    await endless
  })

  it('kills a trainer that does not answer, and does not wait for one that cannot even die', async () => {
    const { runner, trainers, records } = begin()
    await runner.start(experiment)
    let over = false
    const end = runner.shutDown().then(() => (over = true))
    await vi.advanceTimersByTimeAsync(30_000)
    expect(trainers[0]!.killed).toBe(1)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    await end
    trainers[0]!.exit(9)
    await settle()
    expect(records.causes.at(-1)).toMatchObject(['run-1', { parameters: { epoch: 0 } }])
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
    const error = { code: 'backend-died', parameters: { exit: 127 } }
    expect(answer).toEqual({ device: null, error })
    expect(runner.state).toBeNull()
    expect(trainers).toHaveLength(2)
  })
})
