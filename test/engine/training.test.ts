import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TrainingControl } from '../../src/main/training/control'
import { train } from '../../src/main/training/train'
import { presetExperiment } from '../../src/shared/presets'
import { optimizerSchema, scheduleSchema, type Experiment } from '../../src/shared/experiment/schema'
import type { TrainingEvent } from '../../src/shared/run/events'

const root = mkdtempSync(join(tmpdir(), 'residuum-training-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function small(change: Partial<Experiment['recipe']> = {}): Experiment {
  const experiment = presetExperiment('resnet-20')
  Object.assign(experiment.recipe, { epochs: 2, trainLimit: 300, testLimit: 150, batchSize: 64, ...change })
  return experiment
}

async function run(
  experiment: Experiment,
  obey?: (control: TrainingControl, event: TrainingEvent) => void,
  resumed?: string
) {
  const events: TrainingEvent[] = []
  const control = new TrainingControl()
  const folder = resumed ?? mkdtempSync(join(root, 'run-'))
  await train({ experiment, folder, resume: resumed !== undefined }, control, (event) => {
    events.push(event)
    obey?.(control, event)
  })
  const steps = events.flatMap((event) => (event.type === 'steps' ? event.steps : []))
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event] : []))
  const last = events.at(-1)!
  if (last.type !== 'ended') throw new Error(`the last event is ${last.type}`)
  return { events, steps, epochs, ended: last, folder }
}

describe('train', () => {
  it('repeats losses, accuracies and predictions for the same seed, and not for another', async () => {
    const [first, second, other] = [await run(small()), await run(small()), await run(small({ seed: 1 }))]
    const figures = ({ steps }: typeof first) => steps.map(({ loss, accuracy }) => [loss, accuracy])
    expect(first.ended).toEqual({ type: 'ended', status: 'finished', error: null })
    expect(figures(first)).toHaveLength(2 * 5)
    expect(figures(second)).toEqual(figures(first))
    expect(second.epochs.map(({ evaluation }) => evaluation)).toEqual(first.epochs.map(({ evaluation }) => evaluation))
    expect(figures(other)).not.toEqual(figures(first))
  })

  it('gives means over all pictures of the epoch, the last short batch included', async () => {
    const { steps, epochs } = await run(small({ epochs: 1 }))
    const sizes = [64, 64, 64, 64, 44]
    const mean = (pick: (index: number) => number): number =>
      sizes.reduce((sum, size, index) => sum + size * pick(index), 0) / 300
    const { metrics, evaluation } = epochs[0]!
    expect(metrics.loss).toBeCloseTo(
      mean((index) => steps[index]!.loss!),
      10
    )
    expect(metrics.trainAccuracy).toBeCloseTo(
      mean((index) => steps[index]!.accuracy),
      10
    )
    const right = evaluation.labels.filter((label, index) => label === evaluation.predicted[index]).length
    expect(evaluation.labels).toHaveLength(150)
    expect(metrics.testAccuracy).toBeCloseTo(right / 150, 10)
  })

  it('stops between two steps and keeps a checkpoint', async () => {
    const { ended, epochs, steps, folder } = await run(small({ epochs: 50 }), (control, event) => {
      if (event.type === 'epoch') setTimeout(() => control.stop(), 50)
    })
    expect(ended.status).toBe('stopped')
    expect(epochs.length).toBeLessThan(50)
    const saved = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(saved.at(-1)).toBe(`step-${String(steps.length).padStart(8, '0')}.json`)
  })

  it.each([
    ['SGD with momentum and dropout', { kind: 'SGD', learningRate: 0.05, momentum: 0.9 }, 2],
    ['Adam', { kind: 'Adam', learningRate: 0.001 }, 7],
    ['AdamW', { kind: 'AdamW', learningRate: 0.001 }, 12],
    ['RMSprop with momentum', { kind: 'RMSprop', learningRate: 0.0005, momentum: 0.9 }, 5]
  ])('%s, stopped and taken up again, gives what the unbroken run gives', async (_, settings, stopAt) => {
    const experiment = small({
      epochs: 3,
      optimizer: optimizerSchema.parse(settings),
      schedule: scheduleSchema.parse({ kind: 'cosine' }),
      warmup: 0.6
    })
    const { nodes, edges } = experiment.architecture.graph
    nodes.push({ type: 'layer', id: 'dropout', kind: 'Dropout', attributes: { p: 0.2 } })
    edges.find(({ target }) => target === 'fc')!.source = 'dropout'
    edges.push({ source: 'flatten', target: 'dropout', port: 0 })
    const whole = await run(experiment)
    expect(whole.ended.status).toBe('finished')
    const first = await run(experiment, (control, event) => {
      if (event.type === 'steps' && event.steps.at(-1)!.step >= stopAt) control.stop()
    })
    expect(first.ended.status).toBe('stopped')
    const second = await run(experiment, undefined, first.folder)
    expect(second.ended).toMatchObject({ status: 'finished' })
    expect(second.events.find(({ type }) => type === 'started')).toMatchObject({ step: first.steps.length })
    const figures = (steps: typeof whole.steps) =>
      steps.map(({ step, loss, learningRate }) => [step, loss, learningRate])
    expect(figures([...first.steps, ...second.steps])).toEqual(figures(whole.steps))
    const last = ({ epochs }: typeof whole) => {
      const { metrics, evaluation } = epochs.at(-1)!
      return [metrics.loss, metrics.trainAccuracy, metrics.testLoss, evaluation]
    }
    expect(last(second)).toEqual(last(whole))
  })

  it('pauses and goes on with the same figures, the pause left out of the time', async () => {
    let paused = false
    const { ended, steps, epochs } = await run(small(), (control, event) => {
      if (event.type === 'steps' && !paused) {
        paused = true
        control.pause()
        setTimeout(() => control.resume(), 1500)
      }
    })
    const plain = await run(small())
    expect(paused).toBe(true)
    expect(ended.status).toBe('finished')
    expect(steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss))
    expect(epochs.at(-1)!.metrics.seconds).toBeLessThan(1.5 + 2 * plain.epochs.at(-1)!.metrics.seconds)
  })

  it('ends with a loss that is not finite, says in which step, and keeps what was before', async () => {
    const optimizer = {
      kind: 'SGD',
      learningRate: 100,
      momentum: 0.99,
      dampening: 0,
      weightDecay: 10,
      nesterov: false
    } as const
    const { ended, epochs } = await run(small({ epochs: 30, optimizer }))
    expect(ended.status).toBe('failed')
    expect(ended.error).toMatchObject({ code: 'loss-not-finite' })
    expect(epochs.length).toBeLessThan(30)
  })

  it('refuses an architecture with a problem and names it', async () => {
    const experiment = small()
    experiment.architecture.classes = 7
    const { ended } = await run(experiment)
    expect(ended.error).toMatchObject({ code: 'architecture' })
  })
})
