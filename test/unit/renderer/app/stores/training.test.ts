// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import { useTraining } from '../../../../../src/renderer/app/stores/training'
import { ResiduumError } from '../../../../../src/shared/errors'
import { PORT } from '../../../../../src/shared/ipc/channel'
import { presetExperiment } from '../../../../../src/shared/presets'
import type { Progress, TrainingEvent } from '../../../../../src/shared/run/events'
import type { RunDetail, StepMetrics } from '../../../../../src/shared/run/schema'
import { curves, detail, later, pretendMain, run, settle } from '../../pretended'

const main = pretendMain()
const progress: Progress = {
  phase: 'training',
  epoch: 0,
  epochs: 10,
  done: 1,
  total: 4,
  fraction: 0.1,
  imagesPerSecond: 100,
  secondsLeft: 9
}
const state = (id: string) => ({ run: id, status: 'running' as const, progress, warning: null })
const step = (number: number, loss: number): StepMetrics => ({
  step: number,
  epoch: 0,
  loss,
  accuracy: 0.5,
  learningRate: 0.1,
  seconds: number
})
const losses = (training: ReturnType<typeof useTraining>) => training.steps.map((one) => [one.step, one.loss])

/** The port as the preload hands it over; gives what posts an event on it. */
function connect(): (event: TrainingEvent) => void {
  const port = { onmessage: null as ((event: { data: TrainingEvent }) => void) | null }
  const message = new MessageEvent('message', { data: PORT, source: window as never, ports: [port as never] })
  window.dispatchEvent(message)
  return (event) => port.onmessage!({ data: event })
}

/** A store beside a library in which the run has `count` steps. */
function library(count: number, size = 1): void {
  main.answers['runs.get'] = ({ id }) => detail(run(id))
  main.answers['runs.curves'] = (requests) => curves(requests, count, size)
  main.answers['training.connect'] = () => undefined
}

describe('the run on the Train screen', () => {
  it('is none where there is none', async () => {
    main.answers['training.state'] = () => null
    main.answers['runs.list'] = () => ({ runs: [], total: 0 })
    const training = useTraining()
    expect(training.loaded).toBe(false)
    await training.load()
    expect([training.active, training.detail, training.loaded]).toEqual([false, null, true])
  })

  it('is the newest of the library where none trains, unless another was asked for', async () => {
    library(2)
    main.answers['training.state'] = () => null
    main.answers['runs.list'] = () => ({ runs: [run('newest')], total: 7 })
    const training = useTraining()
    await training.load()
    expect(training.detail!.summary.id).toBe('newest')
    expect([training.active, training.running]).toEqual([false, null])
    expect(main.askedFor('runs.list')).toMatchObject([{ limit: 1, sort: { by: 'createdAt', descending: true } }])
    await training.show('old')
    await training.load()
    expect(training.detail!.summary.id).toBe('old')
  })

  it('may be another while one trains: what the port brings is of that one, whose curve goes on behind', async () => {
    vi.useFakeTimers()
    library(2)
    const training = useTraining()
    training.follow(state('live'))
    await training.show('live')
    const post = connect()
    await training.show('old')
    post({ type: 'steps', steps: [step(2, 7)] })
    post({ type: 'diagnostics', diagnostics: { step: 2, layers: [] } })
    await vi.advanceTimersByTimeAsync(600)
    expect([losses(training), training.diagnostics]).toEqual([
      [
        [0, 1000],
        [1, 1001]
      ],
      null
    ])
    training.note({ type: 'run-changed', run: run('live', { name: 'renamed' }) })
    expect([training.detail!.summary.id, training.running!.name]).toEqual(['old', 'renamed'])
    await training.show('live')
    expect(losses(training)).toEqual([
      [0, 1000],
      [1, 1001],
      [2, 7]
    ])
  })

  it('that another process trains has its curve read anew', async () => {
    vi.useFakeTimers()
    library(2)
    const training = useTraining()
    await training.show('foreign')
    main.answers['runs.curves'] = (requests) => curves(requests, 3)
    training.note({ type: 'run-changed', run: run('foreign', { steps: 3 }) })
    await vi.advanceTimersByTimeAsync(3000)
    expect(losses(training)).toHaveLength(3)
  })

  it('that cannot be read leaves the one before', async () => {
    library(2)
    const training = useTraining()
    await training.show('a')
    main.answers['runs.get'] = ({ id }) => {
      throw new ResiduumError('run-missing', { id })
    }
    await expect(training.show('lost')).rejects.toMatchObject({ code: 'run-missing' })
    expect([training.detail!.summary.id, losses(training).length]).toEqual(['a', 2])
  })

  it('is the one in progress: first its port, so that nothing is missed while its curve is read', async () => {
    library(2)
    main.answers['training.state'] = () => state('a')
    const training = useTraining()
    await training.load()
    expect(main.asked.map(([route]) => route)).toEqual([
      'training.state',
      'training.connect',
      'runs.get',
      'runs.curves'
    ])
    expect(training.detail!.summary.id).toBe('a')
    expect(training.progress).toEqual(progress)
    expect(losses(training)).toEqual([
      [0, 1000],
      [1, 1001]
    ])
  })

  it('is the one asked for last, however late the answer for another', async () => {
    library(0)
    const slow = later<RunDetail>()
    main.answers['runs.get'] = ({ id }) => (id === 'a' ? slow.promise : detail(run(id)))
    const training = useTraining()
    const first = training.show('a')
    await training.show('b')
    slow.resolve(detail(run('a')))
    await first
    expect(training.detail!.summary.id).toBe('b')
  })
})

describe('steps that come by the port', () => {
  it('go on where the library ends, drawn twice a second and none twice', async () => {
    library(2)
    const training = useTraining()
    await training.show('a')
    vi.useFakeTimers()
    const post = connect()
    post({ type: 'steps', steps: [step(1, 7), step(2, 8)] })
    post({ type: 'steps', steps: [step(3, 9)] })
    expect(training.steps).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(500)
    expect(losses(training)).toEqual([
      [0, 1000],
      [1, 1001],
      [2, 8],
      [3, 9]
    ])
  })

  it('are grouped as the library’s are', async () => {
    library(4, 2)
    const training = useTraining()
    await training.show('a')
    vi.useFakeTimers()
    connect()({ type: 'steps', steps: [step(4, 10), step(5, 20), step(6, 30)] })
    await vi.advanceTimersByTimeAsync(500)
    expect(losses(training).slice(2)).toEqual([
      [5, 15],
      [6, 30]
    ])
  })

  it('behind a gap have it read from the library, and not for ever where it is never written', async () => {
    library(1)
    const training = useTraining()
    await training.show('a')
    vi.useFakeTimers()
    const post = connect()
    let stored = 1
    main.answers['runs.curves'] = (requests) => curves(requests, stored)
    stored = 5
    post({ type: 'steps', steps: [step(5, 50)] })
    await vi.advanceTimersByTimeAsync(500)
    expect(losses(training).map(([number]) => number)).toEqual([0, 1, 2, 3, 4, 5])
    for (let number = 10; number < 200; number += 5) {
      post({ type: 'steps', steps: [step(number, 1)] })
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(main.askedFor('runs.curves').length).toBeLessThan(15)
    expect(losses(training).at(-1)).toEqual([195, 1])
  })

  it('replace those behind the checkpoint from which a run goes on', async () => {
    library(6)
    main.answers['training.continue'] = () => undefined
    const training = useTraining()
    await training.show('a')
    await training.takeUp('a')
    vi.useFakeTimers()
    const post = connect()
    post({ type: 'steps', steps: [step(4, 1), step(5, 2)] })
    await vi.advanceTimersByTimeAsync(500)
    expect(losses(training).slice(3)).toEqual([
      [3, 1003],
      [4, 1],
      [5, 2]
    ])
  })

  it('from a port that another window posts are not taken', () => {
    library(0)
    const training = useTraining()
    const port = { onmessage: null }
    window.dispatchEvent(new MessageEvent('message', { data: PORT, source: null, ports: [port as never] }))
    window.dispatchEvent(
      new MessageEvent('message', { data: 'other', source: window as never, ports: [port as never] })
    )
    expect(port.onmessage).toBeNull()
    expect(training.steps).toEqual([])
  })
})

describe('a change in the library', () => {
  it('of the shown run is taken from the event, and read anew where an epoch came', async () => {
    library(0)
    const training = useTraining()
    await training.show('a')
    main.asked.length = 0
    training.note({ type: 'run-changed', run: run('a', { name: 'new' }) })
    expect(training.detail!.summary.name).toBe('new')
    training.note({ type: 'run-changed', run: run('b', { epochsDone: 1 }) })
    expect(main.asked).toEqual([])
    main.answers['runs.get'] = ({ id }) => detail(run(id, { epochsDone: 1 }))
    training.note({ type: 'run-changed', run: run('a', { epochsDone: 1 }) })
    await settle()
    expect(main.asked).toEqual([['runs.get', { id: 'a' }]])
    expect(training.detail!.epochs).toHaveLength(1)
  })

  it('that takes the run away leaves the newest that is there, if any; who brings it back sees it again', async () => {
    library(2)
    const training = useTraining()
    let there = [run('c')]
    main.answers['runs.list'] = () => ({ runs: there, total: there.length })
    await training.show('a')
    training.note({ type: 'run-removed', id: 'a' })
    await settle()
    expect(training.detail!.summary.id).toBe('c')
    training.note({ type: 'run-added', run: run('a') })
    await settle()
    expect(training.detail!.summary.id).toBe('a')
    there = []
    training.note({ type: 'run-removed', id: 'b' })
    expect(training.detail).not.toBeNull()
    training.note({ type: 'run-removed', id: 'a' })
    expect([training.detail, training.steps]).toEqual([null, []])
    training.note({ type: 'run-added', run: run('b') })
    await settle()
    expect(training.detail).toBeNull()
    training.note({ type: 'run-added', run: run('a') })
    await settle()
    expect(training.detail!.summary.id).toBe('a')
    expect(training.steps).toHaveLength(2)
  })
})

describe('starting and going on', () => {
  it('shows the former run until the new one is there, and then nothing of it', async () => {
    library(3)
    main.answers['training.start'] = () => ({ id: 'new' })
    const training = useTraining()
    await training.show('old')
    main.answers['runs.curves'] = (requests) => curves(requests, 0)
    const started = training.start(presetExperiment('resnet-20'))
    expect(training.detail!.summary.id).toBe('old')
    await started
    expect([training.detail!.summary.id, training.steps]).toEqual(['new', []])
    expect(main.askedFor('training.start')).toEqual([presetExperiment('resnet-20')])
  })

  it('takes a run up once, however often it is clicked', async () => {
    library(0)
    const answer = later<undefined>()
    main.answers['training.continue'] = () => answer.promise
    const training = useTraining()
    const both = [training.takeUp('a'), training.takeUp('a')]
    answer.resolve(undefined)
    await Promise.all(both)
    expect(main.askedFor('training.continue')).toEqual([{ id: 'a' }])
  })

  it('that is refused says why and leaves the curve as it was, and can be tried again', async () => {
    library(6)
    main.answers['training.continue'] = () => {
      throw new ResiduumError('run-missing', { id: 'a' })
    }
    const training = useTraining()
    await training.show('a')
    await expect(training.takeUp('a')).rejects.toMatchObject({ code: 'run-missing' })
    vi.useFakeTimers()
    connect()({ type: 'steps', steps: [step(4, 1)] })
    await vi.advanceTimersByTimeAsync(500)
    expect(losses(training)).toHaveLength(6)
    await expect(training.takeUp('a')).rejects.toMatchObject({ code: 'run-missing' })
    expect(main.askedFor('training.continue')).toHaveLength(2)
  })

  it('follows what main says of it: progress stays while only the status changes, and goes with the run', () => {
    const training = useTraining()
    training.follow(state('a'))
    training.follow({ ...state('a'), status: 'paused', progress: null })
    expect([training.active, training.state!.status, training.progress]).toEqual([true, 'paused', progress])
    training.follow(null)
    expect([training.active, training.progress]).toEqual([false, null])
  })
})
