import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TrainerProcess } from '../../../src/main/jobs/trainerProcess'
import { presetExperiment } from '../../../src/shared/presets'
import type { ErrorRecord } from '../../../src/shared/errorRecord'
import { device, ended, pretend, started, type PretendedTrainer } from './pretended'

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] }))
afterEach(() => vi.useRealTimers())

const experiment = presetExperiment('lenet-5')

function begin(): {
  process: TrainerProcess
  trainer: PretendedTrainer
  events: string[]
  warnings: ErrorRecord[]
  ends: (ErrorRecord | null)[]
} {
  const { processes, trainers } = pretend()
  const events: string[] = []
  const warnings: ErrorRecord[] = []
  const ends: (ErrorRecord | null)[] = []
  const process = new TrainerProcess(processes, {
    event: ({ type }) => events.push(type),
    warning: (error) => warnings.push(error),
    gone: (cause) => ends.push(cause && cause(3))
  })
  return { process, trainer: trainers[0]!, events, warnings, ends }
}
const minutes = (count: number): void => void vi.advanceTimersByTime(count * 60_000)

describe('a trainer process', () => {
  it('is asked to train, and its events are handed on in order', () => {
    const { process, trainer, events, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: true, evaluationSpace: 64, checkpointSpace: 0 })
    expect(trainer.requests).toEqual([
      { type: 'train', experiment, folder: '/runs/a', resume: true, evaluationSpace: 64, checkpointSpace: 0 }
    ])
    trainer.tell(started(0))
    trainer.tell({ type: 'paused' })
    trainer.tell({ type: 'resumed' })
    expect(events).toEqual(['started', 'paused', 'resumed'])
    expect(warnings).toEqual([])
    expect(trainer.killed).toBe(0)
  })

  it('is ended once it has told the end of its run, and then is not said to have died', async () => {
    const { process, trainer, events, ends } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.tell(ended)
    expect(events).toEqual(['ended'])
    expect(trainer.killed).toBe(1)
    expect(ends).toEqual([])
    trainer.exit(9)
    expect(ends).toEqual([null])
    await process.gone
  })

  it.each([
    [11, { code: 'trainer-crashed', parameters: { signal: 'SIGSEGV', epoch: 3 } }],
    [0, { code: 'trainer-lost', parameters: { epoch: 3 } }]
  ])('that exits with %i without a word says why', (code, cause) => {
    const { process, trainer, ends } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.exit(code)
    expect(ends).toEqual([cause])
  })

  it('has the other end of each port', () => {
    const { process, trainer } = begin()
    expect([process.connect(), process.connect()]).toEqual([{ name: '1.2' }, { name: '2.2' }])
    expect(trainer.ports).toEqual([{ name: '1.1' }, { name: '2.1' }])
    expect(trainer.asked).toEqual(['port', 'port'])
  })

  it('that says what nobody understands is warned of, and heard further', () => {
    const { process, trainer, events, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.say({ type: 'event', event: { type: 'paused', more: 1n } })
    trainer.say('what?')
    trainer.tell({ type: 'resumed' })
    expect(events).toEqual(['paused', 'resumed'])
    expect(warnings).toMatchObject([{ code: 'unexpected' }])
  })
})

describe('a trainer that hangs', () => {
  it('is warned of after three minutes without a word, again while it lasts, and not before', () => {
    const { process, trainer, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    minutes(2.5)
    trainer.tell(started(0))
    minutes(2.5)
    expect(warnings).toEqual([])
    minutes(0.5)
    expect(warnings).toEqual([{ code: 'trainer-hangs', parameters: { seconds: 180 } }])
    minutes(0.5)
    expect(warnings).toHaveLength(2)
    expect(trainer.killed).toBe(0)
  })

  it('is none while it waits for room on a full disk, but is one once it goes on', () => {
    const { process, trainer, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.tell({ type: 'disk-full', error: { code: 'disk-full-waiting', parameters: { file: '/a', disk: '/' } } })
    minutes(60)
    expect(warnings).toEqual([])
    trainer.tell({ type: 'recovered' })
    minutes(3)
    expect(warnings).toMatchObject([{ code: 'trainer-hangs' }])
  })

  it('is none while a run is paused, however long, but is one once it goes on or is to stop', () => {
    const { process, trainer, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.tell({ type: 'paused' })
    minutes(600)
    expect(warnings).toEqual([])
    trainer.tell({ type: 'resumed' })
    minutes(3)
    expect(warnings).toHaveLength(1)
    trainer.tell({ type: 'paused' })
    process.stop()
    minutes(3)
    expect(warnings).toHaveLength(2)
  })

  it('is none because the clock was set forward', () => {
    const { process, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    vi.setSystemTime(Date.now() + 600_000)
    minutes(1)
    expect(warnings).toEqual([])
  })

  it('is none once it is gone', () => {
    const { process, trainer, warnings } = begin()
    process.train(experiment, '/runs/a', { resume: false, evaluationSpace: 64, checkpointSpace: 0 })
    trainer.exit(0)
    minutes(10)
    expect(warnings).toEqual([])
  })
})

describe('an examination', () => {
  it('gives the device', async () => {
    const { process, trainer } = begin()
    const answer = process.examine()
    trainer.say({ type: 'examined', device, error: null })
    expect(await answer).toMatchObject({ device, error: null })
  })

  it('is refused, as is each that waits, when the process dies, and at once when it is dead', async () => {
    const { process, trainer } = begin()
    const refused = vi.fn()
    const ask = (): void => void process.examine().catch(refused)
    ask()
    ask()
    trainer.exit(127)
    ask()
    // Not awaited one by one: an answer that never came would hold the test.
    await vi.advanceTimersByTimeAsync(0)
    const died = expect.objectContaining({ code: 'backend-died', parameters: { exit: 127 } })
    expect(refused.mock.calls).toEqual([[died], [died], [died]])
    expect(trainer.asked).toEqual(['examine', 'examine'])
  })
})
