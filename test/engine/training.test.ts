import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TrainingControl } from '../../src/main/training/control'
import { readEvaluation } from '../../src/main/run/evaluations'
import { train } from '../../src/main/training/train'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { augmentationSchema } from '../../src/shared/experiment/augmentation'
import { initialState } from '../../src/main/engine/weights'
import { loadCheckpoint } from '../../src/main/training/checkpointFiles'
import { errorText } from '../../src/shared/errors'
import { texts } from '../../src/shared/messages'
import { tell } from '../../src/shared/messages/tell'
import { presetExperiment } from '../../src/shared/presets'
import { cifarResnet } from '../../src/shared/presets/cifarResnet'
import { layer, sequence } from '../../src/shared/presets/drawing'
import type { Experiment } from '../../src/shared/experiment/schema'
import { optimizerSchema } from '../../src/shared/experiment/optimizer'
import { scheduleSchema } from '../../src/shared/experiment/schedules'
import { predictedOf } from '../../src/shared/evaluation/predictions'
import type { TrainingEvent } from '../../src/shared/run/events'

const root = mkdtempSync(join(tmpdir(), 'residuum-training-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The recipe of ResNet-20 for the same network with a block a stage. */
function small(change: Partial<Experiment['recipe']> = {}): Experiment {
  const experiment = presetExperiment('resnet-20')
  experiment.architecture = cifarResnet({ depth: 8 })
  Object.assign(experiment.recipe, { epochs: 2, trainLimit: 300, testLimit: 150, batchSize: 64, ...change })
  return experiment
}

async function run(
  experiment: Experiment,
  obey?: (control: TrainingControl, event: TrainingEvent) => void,
  resumed?: string,
  residentLimit?: number,
  goOn = false
) {
  const events: TrainingEvent[] = []
  const control = new TrainingControl()
  const folder = resumed ?? mkdtempSync(join(root, 'run-'))
  await train({ experiment, folder, resume: resumed !== undefined, goOn, residentLimit }, control, (event) => {
    events.push(event)
    obey?.(control, event)
  })
  const steps = events.flatMap((event) => (event.type === 'steps' ? event.steps : []))
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event] : []))
  const last = events.at(-1)!
  if (last.type !== 'ended') throw new Error(`the last event is ${last.type}`)
  return { events, steps, epochs, ended: last, folder }
}

const warnings = ({ events }: Awaited<ReturnType<typeof run>>): string[] =>
  events.flatMap((event) => (event.type === 'warning' ? [event.error.code] : []))

describe('train', () => {
  it('repeats losses, accuracies and predictions for the same seed, and not for another', async () => {
    const [first, second, other] = [await run(small()), await run(small()), await run(small({ seed: 1 }))]
    const figures = ({ steps }: typeof first) => steps.map(({ loss, accuracy }) => [loss, accuracy])
    expect(first.ended).toEqual({ type: 'ended', status: 'finished', error: null, early: false })
    expect(figures(first)).toHaveLength(2 * 5)
    expect(figures(second)).toEqual(figures(first))
    expect(second.epochs.map(({ evaluation }) => evaluation)).toEqual(first.epochs.map(({ evaluation }) => evaluation))
    expect(figures(other)).not.toEqual(figures(first))
  })

  it('gives means over all pictures of the epoch, the last short batch included', async () => {
    const { steps, epochs, folder } = await run(small({ epochs: 1 }))
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
    const predicted = predictedOf(evaluation)
    const right = evaluation.labels.filter((label, index) => label === predicted[index]).length
    expect(evaluation.labels).toHaveLength(150)
    expect(metrics.testAccuracy).toBeCloseTo(right / 150, 10)
    expect(evaluation).toMatchObject({
      epoch: 0,
      k: 5,
      pictures: Uint32Array.from({ length: 150 }, (_, index) => index)
    })
    expect(await readEvaluation(folder, null)).toEqual(evaluation)
  })

  it('leaves the last short batch out of steps, schedule, means and progress with dropLast, also over a resume', async () => {
    const experiment = presetExperiment('lenet-5')
    const schedule = scheduleSchema.parse({ kind: 'linear' })
    const sizes = { epochs: 2, trainLimit: 300, testLimit: 50, batchSize: 8 }
    Object.assign(experiment.recipe, { ...sizes, dropLast: true, schedule })
    const { steps, epochs, events } = await run(experiment)
    expect(events.find(({ type }) => type === 'started')).toMatchObject({ stepsPerEpoch: 37 })
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 74 }, (_, step) => [step, Math.floor(step / 37)])
    )
    const rate = experiment.recipe.optimizer.learningRate
    steps.forEach(({ learningRate, step }) => expect(learningRate).toBeCloseTo(rate * (1 - step / 74), 12))
    epochs.forEach(({ metrics }, epoch) => {
      const own = steps.filter((step) => step.epoch === epoch)
      expect(metrics.loss).toBeCloseTo(own.reduce((sum, { loss }) => sum + loss!, 0) / 37, 10)
      expect(metrics.trainAccuracy).toBeCloseTo(own.reduce((sum, { accuracy }) => sum + accuracy, 0) / 37, 10)
    })
    const trained = events.flatMap((event) =>
      event.type === 'progress' && event.progress.phase === 'training' ? [event.progress] : []
    )
    expect(trained.length).toBeGreaterThan(0)
    for (const { done, total } of trained) expect([total, done <= total]).toEqual([296, true])
    const cut = await run(experiment, (control, event) => {
      if (event.type === 'steps' && event.steps.some(({ step }) => step >= 1)) control.stop()
    })
    const later = await run(experiment, undefined, cut.folder)
    const losses = [...cut.steps, ...later.steps].map(({ loss }) => loss)
    expect(losses).toEqual(steps.map(({ loss }) => loss))
    expect(later.epochs.at(-1)!.metrics.loss).toBe(epochs.at(-1)!.metrics.loss)
  })

  it('refuses a last batch on which batch norm would see one value, and trains without it', async () => {
    const experiment = small({ epochs: 1, trainLimit: 129, testLimit: 20 })
    const { architecture, recipe } = experiment
    architecture.blocks = {}
    architecture.graph = sequence([
      layer('pool', 'AdaptiveAvgPool2d', { output_size: 1 }),
      layer('bn', 'BatchNorm2d'),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ])
    const refused = await run(experiment)
    expect(refused.ended).toMatchObject({ status: 'failed', error: { code: 'last-batch-of-one' } })
    expect(refused.events).toHaveLength(1)
    recipe.dropLast = true
    const { ended, folder, steps } = await run(experiment)
    expect([ended.status, steps.length]).toEqual(['finished', 2])
    // The running variance has not been pulled to 0 by a step over one value.
    const variance = (await loadCheckpoint(folder))!.state.get('bn.running_var')!
    const expected = 1 - 0.9 ** 2
    for (const value of variance) expect(value).toBeGreaterThan(1 - expected)
    recipe.batchSize = 1
    expect((await run(experiment)).ended.error).toMatchObject({ code: 'batch-of-one' })
  })

  it('says before the first step that the warm-up fills the run', async () => {
    const { events } = await run(small({ epochs: 1, trainLimit: 64, testLimit: 10, warmup: 1 }))
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', error: { code: 'recipe-warmup', parameters: { warmup: 1, epochs: 1 } } }
    ])
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

  const everything = {
    augmentation: augmentationSchema.parse({
      horizontalFlip: 'alternating',
      crop: { padding: 4, mode: 'reflect' },
      translation: 2,
      cutout: 8,
      brightness: 0.2,
      contrast: 0.2,
      mixup: 0.2
    }),
    averaging: { decay: 0.9 },
    lookahead: { steps: 3, alpha: 0.5 },
    validationShare: 0.2,
    testTimeAugmentation: 'flip' as const,
    diagnosticsEvery: 2
  }

  it.each([
    ['SGD with momentum and dropout', { kind: 'SGD', learningRate: 0.05, momentum: 0.9 }, 2, {}],
    ['Adam', { kind: 'Adam', learningRate: 0.001 }, 7, {}],
    ['AdamW', { kind: 'AdamW', learningRate: 0.001 }, 12, {}],
    ['RMSprop with momentum', { kind: 'RMSprop', learningRate: 0.0005, momentum: 0.9 }, 5, {}],
    ['all augmentation, averages and lookahead', { kind: 'SGD', learningRate: 0.05, momentum: 0.9 }, 5, everything]
  ])('%s, stopped and taken up again, gives what the unbroken run gives', async (_, settings, stopAt, more) => {
    const experiment = small({
      ...more,
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
    expect(epochs.at(-1)!.metrics.seconds).toBeLessThan(1.5 + 2 * plain.epochs.at(-1)!.metrics.seconds!)
  })

  it('streams a data set above the limit with the results of a resident one', async () => {
    const experiment = small({ ...everything, epochs: 1 })
    const [resident, streamed] = [await run(experiment), await run(experiment, undefined, undefined, 0)]
    expect(streamed.ended.status).toBe('finished')
    expect(streamed.steps.map(({ loss }) => loss)).toEqual(resident.steps.map(({ loss }) => loss))
    const figures = ({ epochs }: typeof resident) => {
      const { evaluation, metrics } = epochs[0]!
      return [evaluation, metrics.testLoss, metrics.validationLoss, metrics.validationAccuracy]
    }
    expect(figures(streamed)).toEqual(figures(resident))
  })

  it('holds pictures out for validation and trains on the rest', async () => {
    const { steps, epochs } = await run(small({ validationShare: 0.25, epochs: 1, monitor: 'validationLoss' }))
    expect(steps).toHaveLength(Math.ceil((300 - 75) / 64))
    const { metrics, evaluation } = epochs[0]!
    expect(evaluation.labels).toHaveLength(150)
    expect(metrics.validationLoss).toBeGreaterThan(0)
    expect(metrics.validationAccuracy! * 75).toBeCloseTo(Math.round(metrics.validationAccuracy! * 75), 9)
    expect(metrics.score).toBe(-metrics.validationLoss!)
    const { ended } = await run(small({ monitor: 'validationLoss' }))
    expect(ended.error).toMatchObject({ code: 'recipe-validation' })
    // Of one picture none can be held out.
    const single = await run(small({ monitor: 'validationAccuracy', validationShare: 0.5, trainLimit: 1 }))
    expect(single.ended.error).toMatchObject({ code: 'recipe-one-picture' })
    expect(readdirSync(single.folder).filter((name) => name.endsWith('.json') && name.startsWith('step'))).toEqual([])
  })

  it('saves what there is where a stop is heard during the last step of an epoch', async () => {
    const experiment = small({ epochs: 1, diagnosticsEvery: 1 })
    const whole = await run(experiment)
    const last = whole.steps.length - 1
    const stopped = await run(experiment, (control, event) => {
      if (event.type === 'diagnostics' && event.diagnostics.step === last) control.stop()
    })
    expect(stopped.ended).toMatchObject({ status: 'stopped', error: null })
    expect((await loadCheckpoint(stopped.folder))!.position).toMatchObject({ step: last + 1, epoch: 1 })
    const resumed = await run(experiment, undefined, stopped.folder)
    expect(resumed.steps).toEqual([])
    expect(resumed.epochs[0]!.metrics.testLoss).toBe(whole.epochs[0]!.metrics.testLoss)
    expect(resumed.epochs[0]!.metrics.loss).toBe(whole.epochs[0]!.metrics.loss)
  })

  it('keeps the trace of how a run ended where it is refused before it goes on', async () => {
    const folder = mkdtempSync(join(root, 'run-'))
    const trace = join(folder, 'in-progress.json')
    writeFileSync(trace, JSON.stringify({ memoryKills: 0 }))
    const refused = await run(small({ monitor: 'validationLoss' }), undefined, folder)
    expect(refused.ended.error).toMatchObject({ code: 'recipe-validation' })
    expect(existsSync(trace)).toBe(true)
    const { ended } = await run(small({ epochs: 1 }), undefined, folder)
    expect(ended.status).toBe('finished')
    expect(existsSync(trace)).toBe(false)
  })

  it('stops early when the monitored figure gets no better, also over a resume', async () => {
    const experiment = small({
      epochs: 40,
      monitor: 'loss',
      earlyStopping: { patience: 2, minimumChange: 1000 }
    })
    const { ended, epochs } = await run(experiment)
    expect(ended).toMatchObject({ status: 'finished', early: true })
    expect(epochs).toHaveLength(3)
    const first = await run(experiment, (control, event) => {
      if (event.type === 'epoch') control.stop()
    })
    const second = await run(experiment, undefined, first.folder)
    expect(second.epochs.map(({ metrics }) => metrics.epoch)).toEqual([1, 2])
    expect(second.ended.early).toBe(true)
  })

  /** Without normalisations no first epoch has a test loss that runs away. */
  function lenet(change: Partial<Experiment['recipe']> = {}): Experiment {
    const experiment = presetExperiment('lenet-5')
    Object.assign(experiment.recipe, { trainLimit: 128, testLimit: 64, batchSize: 64, validationShare: 0, ...change })
    return experiment
  }

  it('trains no further when a run that ended early is taken up again, unless it is told to go on', async () => {
    const experiment = lenet({ epochs: 40, monitor: 'loss', earlyStopping: { patience: 2, minimumChange: 1000 } })
    const ended = await run(experiment)
    expect(ended.epochs).toHaveLength(3)
    for (let time = 0; time < 2; time++) {
      const again = await run(experiment, undefined, ended.folder)
      expect(again.ended).toEqual({ type: 'ended', status: 'finished', error: null, early: true })
      expect([again.steps, again.epochs]).toEqual([[], []])
    }
    const longer = await run(experiment, undefined, ended.folder, undefined, true)
    expect(longer.epochs.map(({ metrics }) => metrics.epoch)).toEqual([3, 4])
    expect(longer.ended.early).toBe(true)
    expect(warnings(longer)).toEqual(['stopping-anew'])
  })

  it('is finished, not stopped, where a stop comes after the last epoch', async () => {
    const stopped = (epochs: number) =>
      run(lenet({ epochs }), (control, event) => {
        if (event.type === 'epoch') control.stop()
      })
    const last = await stopped(1)
    expect(last.ended).toEqual({ type: 'ended', status: 'finished', error: null, early: false })
    expect((await stopped(2)).ended.status).toBe('stopped')
  })

  it('goes on to more epochs with the schedule of a run of that length', async () => {
    const schedule = scheduleSchema.parse({ kind: 'cosine' })
    const { folder, steps } = await run(lenet({ epochs: 1, schedule, trainLimit: 300 }))
    const longer = lenet({ epochs: 2, schedule, trainLimit: 300 })
    const { steps: more, ended } = await run(longer, undefined, folder, undefined, true)
    expect(ended).toMatchObject({ status: 'finished', error: null })
    expect(more.map(({ step }) => step)).toEqual([5, 6, 7, 8, 9])
    // Half a cosine of ten steps: rate (1 + cos(pi step / 10)) / 2; the first five followed one of five.
    const rate = longer.recipe.optimizer.learningRate / 2
    for (const { step, learningRate } of more) {
      expect(learningRate).toBeCloseTo(rate * (1 + Math.cos((Math.PI * step) / 10)), 12)
    }
    for (const { step, learningRate } of steps) {
      expect(learningRate).toBeCloseTo(rate * (1 + Math.cos((Math.PI * step) / 5)), 12)
    }
  })

  it('warns of an epoch whose loss is finite but has run away, and holds none of them for the best', async () => {
    const experiment = lenet({ epochs: 40, trainLimit: 64, earlyStopping: { patience: 3, minimumChange: 0 } })
    Object.assign(experiment.recipe.optimizer, { learningRate: 1e-12 })
    const { nodes, edges } = experiment.architecture.graph
    nodes.push(
      { type: 'layer', id: 'boost1', kind: 'Scale', attributes: { factor: 1000 } },
      { type: 'layer', id: 'boost2', kind: 'Scale', attributes: { factor: 1000 } }
    )
    edges.find(({ target }) => target === 'fc1')!.source = 'boost2'
    edges.push({ source: 'flatten', target: 'boost1', port: 0 }, { source: 'boost1', target: 'boost2', port: 0 })
    const diverged = await run(experiment)
    expect(diverged.ended).toEqual({ type: 'ended', status: 'finished', error: null, early: true })
    expect(diverged.epochs).toHaveLength(4)
    for (const { metrics } of diverged.epochs) {
      expect(metrics.testLoss).toBeGreaterThan(100 * Math.log(10))
    }
    expect(warnings(diverged)).toEqual(new Array(4).fill('epoch-diverged'))
    const kept = readdirSync(diverged.folder).filter((name) => /^step-\d+\.json$/.test(name))
    expect(kept).toEqual(['step-00000003.json', 'step-00000004.json'])
    expect(warnings(await run(lenet({ epochs: 1 })))).toEqual([])
  })

  it('records norms and dead ReLUs of each layer at the chosen interval, without a change of the results', async () => {
    const plain = await run(small({ epochs: 1 }))
    const { events, steps } = await run(small({ epochs: 1, diagnosticsEvery: 2 }))
    expect(steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss))
    const diagnostics = events.flatMap((event) => (event.type === 'diagnostics' ? [event.diagnostics] : []))
    expect(diagnostics.map(({ step }) => step)).toEqual([0, 2, 4])
    const { layers } = diagnostics[0]!
    const byPath = new Map(layers.map((layer) => [layer.path, layer]))
    const { checked } = checkArchitecture(small().architecture)
    const state = initialState(checked!, 'kaiming_normal', 0)
    const norm = Math.hypot(...state.get('conv1.weight')!)
    expect(byPath.get('conv1')!.weightNorm).toBeCloseTo(norm, 4)
    expect(byPath.get('conv1')!.gradientNorm).toBeGreaterThan(0)
    expect(byPath.get('conv1')!.deadShare).toBe(null)
    expect(byPath.get('bn1')!.weightNorm).toBeCloseTo(4, 6)
    expect(byPath.get('relu1')).toMatchObject({ gradientNorm: null, weightNorm: null, deadShare: 0 })
    expect(byPath.has('avgpool')).toBe(false)
    expect(layers.filter(({ deadShare }) => deadShare !== null)).toHaveLength(7)
  })

  it('counts channels that are zero for the whole batch as dead', async () => {
    const experiment = small({ epochs: 1, trainLimit: 64, diagnosticsEvery: 1 })
    const { nodes, edges } = experiment.architecture.graph
    // All negative before the ReLU: no channel lives.
    nodes.push(
      { type: 'layer', id: 'sigmoid', kind: 'Sigmoid', attributes: {} },
      { type: 'layer', id: 'negative', kind: 'Scale', attributes: { factor: -1 } },
      { type: 'layer', id: 'dead', kind: 'ReLU', attributes: {} }
    )
    edges.find(({ target }) => target === 'layer1')!.source = 'dead'
    edges.push(
      { source: 'relu1', target: 'sigmoid', port: 0 },
      { source: 'sigmoid', target: 'negative', port: 0 },
      { source: 'negative', target: 'dead', port: 0 }
    )
    const { events } = await run(experiment)
    const found = events.find(({ type }) => type === 'diagnostics')
    if (found?.type !== 'diagnostics') throw new Error('no diagnostics')
    expect(found.diagnostics.layers.find(({ path }) => path === 'dead')!.deadShare).toBe(1)
  })

  it('ends before the update when the loss is not finite, names the layer, and keeps what was before', async () => {
    const experiment = small()
    const { nodes, edges } = experiment.architecture.graph
    // Fifteen times a thousand is more than float32 holds; twelve times is not.
    let before = 'flatten'
    for (let index = 1; index <= 15; index++) {
      nodes.push({ type: 'layer', id: `boost${index}`, kind: 'Scale', attributes: { factor: 1000 } })
      edges.push({ source: before, target: `boost${index}`, port: 0 })
      before = `boost${index}`
    }
    edges.find(({ target }) => target === 'fc')!.source = before
    const { ended, steps, folder } = await run(experiment)
    expect(ended.status).toBe('failed')
    expect(ended.error).toMatchObject({ code: 'loss-not-finite', parameters: { epoch: 1, step: 0 } })
    expect(errorText(ended.error!)).toMatch(/ boost1[34]\b/)
    expect(steps).toEqual([])
    expect(await loadCheckpoint(folder)).toBe(null)
    // There is no checkpoint, so none is said to be kept.
    for (const language of ['en', 'zh-CN'] as const) {
      expect(tell(texts[language], 'error', ended.error!)).not.toMatch(/checkpoint|检查点/)
    }
  })

  it('names the layer whose parameters a gradient has overflowed, and keeps only finite checkpoints', async () => {
    const optimizer = optimizerSchema.parse({ kind: 'SGD', learningRate: 100, momentum: 0.99, weightDecay: 10 })
    const { ended, epochs, folder } = await run(small({ epochs: 30, optimizer }))
    expect(ended.status).toBe('failed')
    expect(['weights-not-finite', 'loss-not-finite']).toContain(ended.error!.code)
    expect(errorText(ended.error!)).toMatch(/ (conv1|bn1|layer\d|fc)/)
    expect(epochs.length).toBeLessThan(30)
    const checkpoint = await loadCheckpoint(folder)
    for (const [name, values] of checkpoint?.state ?? []) expect(values.every(Number.isFinite), name).toBe(true)
  })

  it('refuses an architecture with a problem and names it', async () => {
    const experiment = small()
    experiment.architecture.classes = 7
    const { ended } = await run(experiment)
    expect(ended.error).toMatchObject({ code: 'architecture' })
  })
})
